import { insertApproval, type Proposal } from "@revio-wallet/db/sql/approvals";
import type { Tx } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import type { Context } from "../context.ts";
import { auditDetailsOfChange } from "./change.ts";

/** What a proposal rests on changes: after a day somebody has to look again. */
const lifetimeMs = 24 * 60 * 60_000;

/**
 * Puts a maker's proposal on record: exactly what will be done, and nothing is done yet. The database refuses who may not
 * ask, and a second one about the same thing.
 */
export async function requestApproval(
  ctx: Context,
  tx: Tx,
  proposed: Proposal,
): Promise<{ id: string; expiresAt: Date }> {
  const requestedAt = ctx.clock.now();
  const id = ctx.ids.uuid(requestedAt);
  const expiresAt = new Date(requestedAt.getTime() + lifetimeMs);
  const requestedBy = ctx.actor.id;
  await insertApproval(tx, { ...proposed, id, requestedBy, requestedAt, expiresAt });
  const { kind, transactionId, breakId, amountMinor, currency } = proposed;
  const isChange = kind === "operator_change" || kind === "setting_change";
  await recordAuditEvent(ctx, tx, {
    action: `${kind}.requested`,
    subjectKind: "approval",
    subjectId: id,
    details: {
      transactionId,
      breakId,
      amountMinor: amountMinor?.toString() ?? null,
      currency,
      ...(isChange ? auditDetailsOfChange(proposed.proposal) : proposed.proposal),
    },
  });
  return { id, expiresAt };
}
