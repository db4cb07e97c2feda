import { type BreakClass, type BreakRow, upsertBreak } from "@revio-wallet/db/sql/breaks";
import type { Tx } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import type { Context } from "../context.ts";

/** A difference that somebody or something found. */
export interface FoundBreak {
  class: BreakClass;
  severity: BreakRow["severity"];
  /** '<noun>:<id>'; the same class and subject is the same break, however often it is found. */
  subject: string;
  transactionId?: string | undefined;
  /** What is at stake, in minor units, without a sign; left out where it cannot be told. */
  atStake?: { amountMinor: bigint; currency: string } | undefined;
  /** Expected and found: ids, statuses, amounts as text. No personal data. */
  evidence: BreakRow["evidence"];
  openedBy: BreakRow["openedBy"];
}

/**
 * Puts a difference into the operators' queue, once: found again while it is open, its evidence is renewed and nothing
 * else happens. Returns the break's id.
 */
export async function openBreak(
  ctx: Pick<Context, "actor" | "clock" | "ids" | "requestId">,
  tx: Tx,
  found: FoundBreak,
): Promise<string> {
  const at = ctx.clock.now();
  const { id, isNew } = await upsertBreak(tx, {
    id: ctx.ids.uuid(at),
    class: found.class,
    severity: found.severity,
    subject: found.subject,
    transactionId: found.transactionId ?? null,
    amountMinor: found.atStake?.amountMinor ?? null,
    currency: found.atStake?.currency ?? null,
    evidence: found.evidence,
    openedBy: found.openedBy,
    at,
  });
  if (isNew) {
    await recordAuditEvent(ctx, tx, {
      action: "break.opened",
      subjectKind: "break",
      subjectId: id,
      details: { class: found.class, severity: found.severity, subject: found.subject },
    });
  }
  return id;
}
