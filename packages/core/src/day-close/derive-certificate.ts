import {
  countLateEntries,
  countOpenBreaks,
  readHeadAtCut,
  type Stretch,
  sumAccounts,
  sumAccountsOfStretch,
  sumBreakChanges,
  sumEntries,
  sumStatusChanges,
} from "@revio-wallet/db/sql/day-figures";
import type { Queryable } from "@revio-wallet/db/pool";
import { businessTimeZone } from "../transaction/check-limits.ts";
import { startOf } from "./business-day.ts";
import {
  addFigures,
  type ChainCut,
  type DayCertificate,
  type Figures,
  figuresOfAccounts,
} from "./day-certificate.ts";

type ClosedStretch = Stretch & { businessOn: string; previousSha256: string | null };

/**
 * Everything that a day's certificate says, from the ledger, the histories and the audit trail as of its cut. Below a cut
 * nothing comes to be any more, so the answer is the same at any later time. Reads the whole ledger up to the cut.
 */
export async function deriveCertificate(
  db: Queryable,
  day: ClosedStretch,
): Promise<DayCertificate> {
  return assemble(db, day, {
    ...figuresOfAccounts(await sumAccounts(db, day.boundaryXid)),
    openBreaks: await countOpenBreaks(db, day.boundaryXid),
  });
}

/**
 * The same from what the day before was certified with, and from this day's stretch alone: reads no more than that. If every
 * certificate agrees with this, each agrees with the whole ledger as of its cut, for each stretch is then what the two
 * certificates around it say.
 */
export async function deriveFromDayBefore(
  db: Queryable,
  day: ClosedStretch,
  before: DayCertificate | undefined,
): Promise<DayCertificate> {
  const change = {
    ...figuresOfAccounts(await sumAccountsOfStretch(db, day)),
    openBreaks: await sumBreakChanges(db, day),
  };
  return assemble(db, day, addFigures(before, change));
}

/** What is as of the cut, with the heads of the chains there and what happened on the day. */
async function assemble(
  db: Queryable,
  { businessOn, previousSha256, fromXid, boundaryXid }: ClosedStretch,
  figures: Figures,
): Promise<DayCertificate> {
  const stretch = { fromXid, boundaryXid };
  return {
    version: "1",
    businessOn,
    timeZone: businessTimeZone,
    previousSha256,
    ...stretch,
    journal: await chainCut(db, "journal", boundaryXid),
    audit: await chainCut(db, "audit", boundaryXid),
    ...figures,
    entries: await sumEntries(db, stretch),
    lateEntries: await countLateEntries(db, stretch, startOf(businessOn)),
    transactions: await sumStatusChanges(db, stretch),
  };
}

async function chainCut(
  db: Queryable,
  stream: "journal" | "audit",
  boundaryXid: string,
): Promise<ChainCut> {
  const head = await readHeadAtCut(db, stream, boundaryXid);
  return { position: head?.position ?? "0", chainHash: head?.chainHash.toString("hex") ?? null };
}
