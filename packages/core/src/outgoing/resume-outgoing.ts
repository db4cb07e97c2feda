import { resumeOutgoingSwitch } from "@revio-wallet/db/sql/outgoing-switch";
import { findQueuedWithdrawalIds } from "@revio-wallet/db/sql/find-queued-withdrawals";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import type { Context } from "../context.ts";
import { requireOperator } from "../operator/require-operator.ts";

/** What has waited longest goes first; the sweeper brings the rest. */
const batch = 1_000;

/**
 * An administrator lets money leave again, and what waited for that is sent on its way. Resuming twice changes nothing.
 *
 * @throws DomainError FORBIDDEN
 */
export async function resumeOutgoing(ctx: Context, input: { reason: string }): Promise<void> {
  await withTransaction(ctx.pool, async (tx) => {
    await requireOperator(ctx, tx, "resume_outgoing");
    const stopped = await resumeOutgoingSwitch(tx);
    if (stopped === undefined) return;
    const waiting = await findQueuedWithdrawalIds(tx, batch);
    for (const transactionId of waiting)
      await ctx.enqueue(tx, "withdrawal.submit", { transactionId });
    await recordAuditEvent(ctx, tx, {
      action: "outgoing.resumed",
      subjectKind: "outgoing",
      subjectId: "all",
      details: { reason: input.reason, stoppedFor: stopped.reason, waiting: waiting.length },
    });
  });
}
