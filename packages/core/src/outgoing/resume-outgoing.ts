import { resumeOutgoingSwitch } from "@revio-wallet/db/sql/outgoing-switch";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import type { Context } from "../context.ts";
import { requireOperator } from "../operator/require-operator.ts";
import { submitQueued } from "../withdrawal/submit-queued.ts";

/**
 * An administrator lets money leave again, and what waited for that is sent on its way. Resuming twice changes nothing.
 *
 * @throws DomainError FORBIDDEN
 */
export async function resumeOutgoing(ctx: Context, input: { reason: string }): Promise<void> {
  await withTransaction(ctx.pool, async (tx) => {
    await requireOperator(ctx, tx, "outgoing.resume");
    const stopped = await resumeOutgoingSwitch(tx);
    if (stopped === undefined) return;
    const waiting = await submitQueued(ctx, tx, {});
    await recordAuditEvent(ctx, tx, {
      action: "outgoing.resumed",
      subjectKind: "outgoing",
      subjectId: "all",
      details: { reason: input.reason, stoppedFor: stopped.reason, waiting },
    });
  });
}
