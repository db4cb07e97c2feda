import {
  countLateEntries,
  countOpenBreaks,
  readHeadAtCut,
  type Stretch,
  sumAccounts,
  sumEntries,
  sumStatusChanges,
} from "@revio-wallet/db/sql/day-figures";
import type { Queryable } from "@revio-wallet/db/pool";
import { businessTimeZone } from "../transaction/check-limits.ts";
import { startOf } from "./business-day.ts";
import { type ChainCut, type DayCertificate, figuresOfAccounts } from "./day-certificate.ts";

/**
 * Everything that a day's certificate says, from the ledger, the histories and the audit trail as of its cut. Below a cut
 * nothing comes to be any more, so the answer is the same at any later time.
 */
export async function deriveCertificate(
  db: Queryable,
  day: Stretch & { businessOn: string; previousSha256: string | null },
): Promise<DayCertificate> {
  const { businessOn, previousSha256, fromXid, boundaryXid } = day;
  const stretch = { fromXid, boundaryXid };
  return {
    version: "1",
    businessOn,
    timeZone: businessTimeZone,
    previousSha256,
    ...stretch,
    journal: await chainCut(db, "journal", boundaryXid),
    audit: await chainCut(db, "audit", boundaryXid),
    ...figuresOfAccounts(await sumAccounts(db, boundaryXid)),
    openBreaks: await countOpenBreaks(db, boundaryXid),
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
