import { stopOutgoingSwitch } from "@revio-wallet/db/sql/outgoing-switch";
import type { Tx } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import type { Context } from "../context.ts";

/**
 * No withdrawal is taken and no payout executed from this commit on, for anybody. Waits for those who have read that
 * they may go on and have not committed yet. Keeps the first reason.
 *
 * @returns false if it was stopped before
 */
export async function haltOutgoing(
  ctx: Pick<Context, "actor" | "clock" | "requestId">,
  tx: Tx,
  input: { reason: string },
): Promise<boolean> {
  const stopped = await stopOutgoingSwitch(tx, { ...input, at: ctx.clock.now() });
  if (!stopped) return false;
  await recordAuditEvent(ctx, tx, {
    action: "outgoing.stopped",
    subjectKind: "outgoing",
    subjectId: "all",
    details: { reason: input.reason },
  });
  return true;
}
