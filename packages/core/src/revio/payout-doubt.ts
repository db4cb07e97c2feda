import { findRevioPayouts } from "@revio-wallet/db/sql/revio-payouts";
import type { TransactionRow } from "@revio-wallet/db/sql/transactions";
import type { Tx } from "@revio-wallet/db/with-transaction";
import { withdrawApprovals } from "@revio-wallet/db/sql/approvals";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import type { Context } from "../context.ts";
import { openBreak } from "../reconciliation/open-break.ts";
import { resolveBreaks } from "../reconciliation/resolve-breaks.ts";
import { isExecution } from "./adopt-payout.ts";

/** How long evidence may take before a person has to look, and before it is urgent. */
export const doubtLimits = { warnAfterMs: 30 * 60_000, urgentAfterMs: 24 * 60 * 60_000 };

/**
 * Puts an execution in doubt for too long into the operators' queue; again after a day, as urgent. Nothing else happens to
 * it: the reserve stays. Call it with the withdrawal locked. Does nothing if it is not in doubt, or not for long enough.
 */
export async function openDoubtBreak(
  ctx: Context,
  tx: Tx,
  withdrawal: TransactionRow,
): Promise<void> {
  if (withdrawal.status !== "in_doubt") return;
  const attempts = await findRevioPayouts(tx, withdrawal.id);
  // In doubt about a create only, no order to pay was sent: another payout is made before anybody need look.
  const attempt = attempts.find(isExecution);
  if (attempt === undefined) return;
  const inDoubtForMs = ctx.clock.now().getTime() - withdrawal.updatedAt.getTime();
  if (inDoubtForMs < doubtLimits.warnAfterMs) return;
  await openBreak(ctx, tx, {
    class: "payout_in_doubt",
    severity: inDoubtForMs < doubtLimits.urgentAfterMs ? "warning" : "critical",
    subject: `transaction:${withdrawal.id}`,
    transactionId: withdrawal.id,
    atStake: { amountMinor: withdrawal.amountMinor, currency: withdrawal.currency },
    evidence: {
      outcome: "payout_in_doubt",
      attemptId: attempt.id,
      payoutId: attempt.payoutId,
      providerStatus: attempt.providerStatus,
      inDoubtSince: withdrawal.updatedAt.toISOString(),
    },
    openedBy: "checker",
  });
}

/** The doubt is over: ends its break, and withdraws a proposal that nobody has decided, since there is nothing to decide. */
export async function endDoubt(
  ctx: Context,
  tx: Tx,
  transactionId: string,
  by: { resolution: "provider_evidence" } | { resolution: "decision"; approvalId: string },
): Promise<void> {
  await resolveBreaks(ctx, tx, {
    subject: `transaction:${transactionId}`,
    classes: ["payout_in_doubt"],
    ...by,
  });
  const at = ctx.clock.now();
  for (const id of await withdrawApprovals(tx, { kind: "payout_resolution", transactionId, at })) {
    await recordAuditEvent(ctx, tx, {
      action: "approval.withdrawn",
      subjectKind: "approval",
      subjectId: id,
      details: { transactionId },
    });
  }
}
