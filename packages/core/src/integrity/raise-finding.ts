import type { DifferenceRow } from "@revio-wallet/db/sql/check-definition";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import type { Context } from "../context.ts";
import { haltOutgoing } from "../outgoing/halt-outgoing.ts";
import { openBreak } from "../reconciliation/open-break.ts";
import { freezeOutgoing } from "../user/freeze-outgoing.ts";
import { breakClassOf, type IntegrityCheck } from "./integrity-checks.ts";

/** Alert rules watch for this name; it does not change. */
export const integrityAlert = "integrity_break";

/**
 * A difference becomes a critical break, and the brake is put on in the same database transaction: for the user whom it
 * concerns, or for everybody if it concerns the house, the whole ledger, a chain or a certificate. Found again, it brakes
 * again: an operator cannot go on beside a difference that is still there.
 */
export async function raiseFinding(
  ctx: Pick<Context, "pool" | "actor" | "clock" | "ids" | "requestId" | "log">,
  check: IntegrityCheck,
  found: DifferenceRow,
): Promise<void> {
  const { breakSubject: subject, userId } = found;
  const about = { check, class: breakClassOf[check], subject };
  // One finding, one database transaction: it locks a user or the switch, never both.
  await withTransaction(ctx.pool, async (tx) => {
    await openBreak(ctx, tx, {
      class: breakClassOf[check],
      severity: "critical",
      subject,
      transactionId: found.transactionId ?? undefined,
      evidence: { check, what: found.subject, expected: found.expected, actual: found.actual },
      openedBy: "checker",
    });
    if (userId === null) {
      await haltOutgoing(ctx, tx, { reason: `integrity: ${about.class} ${subject}` });
    } else {
      await freezeOutgoing(ctx, tx, { userId, reason: "integrity" });
    }
  });
  ctx.log.error({ alert: integrityAlert, ...about, brake: userId ?? "everybody" }, integrityAlert);
}

/** Raises each subject once, however many rows speak of it. */
export async function raiseFindings(
  ctx: Parameters<typeof raiseFinding>[0],
  check: IntegrityCheck,
  differences: readonly DifferenceRow[],
): Promise<number> {
  const bySubject = new Map(differences.map((row) => [row.breakSubject, row]));
  for (const row of bySubject.values()) await raiseFinding(ctx, check, row);
  return bySubject.size;
}
