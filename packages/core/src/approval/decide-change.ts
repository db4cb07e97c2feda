import { type ChangeKind, findProposal } from "@revio-wallet/db/sql/approvals";
import { applyApprovedChange } from "@revio-wallet/db/sql/approved-changes";
import { endOperatorSessions } from "@revio-wallet/db/sql/operator-sessions";
import type { Queryable } from "@revio-wallet/db/pool";
import { type Tx, withTransaction } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import type { Context } from "../context.ts";
import { notFound } from "../errors.ts";
import { requireOperator } from "../operator/require-operator.ts";
import {
  auditDetailsOfChange,
  isInvitation,
  operatorOfTarget,
  type ProposedChange,
  toProposedChange,
} from "./change.ts";
import { type Decision, decideApproval } from "./decide-approval.ts";
import { expireApprovals } from "./expire-approvals.ts";
import { refusedByDatabase } from "./refused-by-database.ts";

/**
 * Another administrator decides on a proposed change. Approved, just what was proposed is done: decision, change, audit and the end
 * of the operator's sessions commit together. An approved invitation is sent by who asked for it.
 *
 * @throws DomainError FORBIDDEN (own request, about themselves, role), NOT_FOUND, WRONG_STATE if it is decided, expired, or the target was
 *   changed since
 */
export async function decideChange(
  ctx: Context,
  kind: ChangeKind,
  input: Decision & { approvalId: string },
): Promise<ProposedChange> {
  await requireOperator(ctx, ctx.pool, { decide: kind });
  const id = input.approvalId;
  await withTransaction(ctx.pool, (tx) => expireApprovals(ctx, tx, { id }));
  const change = await read(ctx.pool, kind, id);
  const work = async (tx: Tx) => {
    await decideApproval(ctx, tx, { kind, id }, input);
    await recordAuditEvent(ctx, tx, {
      action: `${kind}.${input.decision}`,
      subjectKind: "approval",
      subjectId: id,
      details: { ...auditDetailsOfChange(change), reason: input.reason ?? null },
    });
    if (input.decision === "approved" && !isInvitation(change.target)) await apply(ctx, tx, change);
    return read(tx, kind, id);
  };
  return refusedByDatabase(() => withTransaction(ctx.pool, work));
}

async function read(db: Queryable, kind: ChangeKind, id: string): Promise<ProposedChange> {
  const row = await findProposal(db, { id, kind });
  if (row === undefined) throw notFound("request");
  return toProposedChange(row);
}

async function apply(ctx: Context, tx: Tx, change: ProposedChange): Promise<void> {
  const { approvalId, target } = change;
  const at = ctx.clock.now();
  await applyApprovedChange(tx, { approvalId, at });
  const operatorId = operatorOfTarget(target);
  await recordAuditEvent(ctx, tx, {
    action: operatorId === undefined ? "setting.changed" : "operator.changed",
    subjectKind: operatorId === undefined ? "setting" : "operator",
    subjectId: operatorId ?? target,
    details: { ...auditDetailsOfChange(change), approvalId },
  });
  if (operatorId === undefined) return;
  const reason = change.to["status"] === "suspended" ? "operator_suspended" : "role_changed";
  for (const subjectId of await endOperatorSessions(tx, { operatorId, endedAt: at, reason })) {
    await recordAuditEvent(ctx, tx, {
      action: "operator_session.ended",
      subjectKind: "operator_session",
      subjectId,
      details: { reason },
    });
  }
}
