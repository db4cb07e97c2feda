import { insertAuditEvent } from "@revio-wallet/db/sql/insert-audit-event";
import type { Tx } from "@revio-wallet/db/with-transaction";
import type { Context } from "../context.ts";

/** Ids, amounts as text, statuses, masked values. No personal data. */
export type AuditDetails = Record<string, string | number | boolean | null>;

/** Records that the actor of `ctx` did `action` ('noun.past') to a subject, in the same database transaction. */
export async function recordAuditEvent(
  ctx: Pick<Context, "actor" | "clock" | "requestId">,
  tx: Tx,
  event: { action: string; subjectKind: string; subjectId: string; details?: AuditDetails },
): Promise<void> {
  await insertAuditEvent(tx, {
    occurredAt: ctx.clock.now(),
    actorKind: ctx.actor.kind,
    actorId: ctx.actor.id,
    action: event.action,
    subjectKind: event.subjectKind,
    subjectId: event.subjectId,
    details: event.details ?? {},
    requestId: ctx.requestId,
  });
}
