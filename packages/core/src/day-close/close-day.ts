import { sign } from "node:crypto";
import {
  type DayCloseRow,
  findCut,
  insertDayClose,
  lockDayCloses,
  readFirstPostedAt,
  readLastDayClose,
} from "@revio-wallet/db/sql/day-closes";
import { type Tx, withTransaction } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import { extendChains } from "../integrity/extend-chains.ts";
import { businessDayOf, dayAfter, startOf } from "./business-day.ts";
import { certificateBytes, type DayCertificate, sha256 } from "./day-certificate.ts";
import type { DayCloseContext } from "./day-close-context.ts";
import { deriveCertificate } from "./derive-certificate.ts";

/** A database transaction from before the cut is still open, or its entries are not chained: try again in a moment. */
export class DayNotFinal extends Error {
  override readonly name = "DayNotFinal";
}

/**
 * Closes every business day that is over and not closed yet, oldest first, each in a database transaction of its own with
 * its certificate, signature and audit event. Any number may run at once, and twice: a day is closed once.
 *
 * @returns the days closed
 * @throws DayNotFinal if the ledger below the cut may still change
 */
export async function closeDays(ctx: DayCloseContext): Promise<string[]> {
  const closed: string[] = [];
  for (;;) {
    // Each close is audited, and a quiet day's cut lies behind that.
    await extendChains(ctx);
    const day = await withTransaction(ctx.pool, (tx) => closeNext(ctx, tx));
    if (day === undefined) return closed;
    const { businessOn, sha256: hash } = day;
    // For whoever keeps heads where this database cannot reach.
    ctx.log.info({ businessOn, sha256: hash.toString("hex"), keyId: day.keyId }, "day closed");
    closed.push(businessOn);
  }
}

/** Closes the next day, if there is one that is over. */
async function closeNext(ctx: DayCloseContext, tx: Tx): Promise<DayCloseRow | undefined> {
  await lockDayCloses(tx);
  const last = await readLastDayClose(tx);
  const businessOn = last === undefined ? await firstDay(tx) : dayAfter(last.businessOn);
  const closedAt = ctx.clock.now();
  if (businessOn === undefined || businessOn >= businessDayOf(closedAt)) return undefined;
  const fromXid = last?.boundaryXid ?? "0";
  const cut = await findCut(tx, { endsAt: startOf(dayAfter(businessOn)), notBefore: fromXid });
  if (!cut.isFinal) throw new DayNotFinal(`${businessOn} is not final yet`);
  const certificate = await deriveCertificate(tx, {
    businessOn,
    previousSha256: last?.sha256.toString("hex") ?? null,
    fromXid,
    boundaryXid: cut.boundaryXid,
  });
  const row = signed(ctx, certificate, last?.sha256 ?? null, closedAt);
  await insertDayClose(tx, row);
  await recordAuditEvent(ctx, tx, {
    action: "day.closed",
    subjectKind: "day",
    subjectId: businessOn,
    details: { sha256: row.sha256.toString("hex"), keyId: row.keyId },
  });
  return row;
}

async function firstDay(tx: Tx): Promise<string | undefined> {
  const firstPostedAt = await readFirstPostedAt(tx);
  return firstPostedAt && businessDayOf(firstPostedAt);
}

function signed(
  ctx: DayCloseContext,
  certificate: DayCertificate,
  previousSha256: Buffer | null,
  closedAt: Date,
): DayCloseRow {
  const { kid, privateKey } = ctx.dayCloseKeys.signing;
  const bytes = certificateBytes(certificate);
  return {
    businessOn: certificate.businessOn,
    boundaryXid: certificate.boundaryXid,
    chainPosition: BigInt(certificate.journal.position),
    certificate,
    sha256: sha256(bytes),
    previousSha256,
    signature: sign(null, bytes, privateKey),
    keyId: kid,
    closedAt,
  };
}
