import { freezeUserOutgoing } from "@revio-wallet/db/sql/freeze-user-outgoing";
import type { Tx } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import type { Context } from "../context.ts";

/** Stops money from leaving a user's account; signing in and depositing stay possible. Keeps the first reason. */
export async function freezeOutgoing(
  ctx: Pick<Context, "actor" | "clock" | "requestId">,
  tx: Tx,
  input: { userId: string; reason: string },
): Promise<void> {
  const frozen = await freezeUserOutgoing(tx, { ...input, at: ctx.clock.now() });
  if (!frozen) return;
  await recordAuditEvent(ctx, tx, {
    action: "user.outgoing_frozen",
    subjectKind: "user",
    subjectId: input.userId,
    details: { reason: input.reason },
  });
}
