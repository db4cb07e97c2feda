import { findOperator, type OperatorRole } from "@revio-wallet/db/sql/operators";
import type { ProposedChange } from "../approval/change.ts";
import { requestChange } from "../approval/request-change.ts";
import type { Context } from "../context.ts";
import { notFound } from "../errors.ts";

/** What can become of an operator: one thing at a time. */
export type OperatorChange =
  | { role: OperatorRole }
  | { status: "active" | "suspended" }
  /** The account is another one of the same person as that operator's; null: of a person of its own. */
  | { samePersonAs: string | null };

/**
 * Proposes another role, the suspension or reactivation of an operator, or that two accounts are one person's. Another administrator,
 * who is not the operator themselves, decides.
 *
 * @throws DomainError as `requestChange`
 */
export async function requestOperatorChange(
  ctx: Context,
  input: { operatorId: string; change: OperatorChange; reason: string; idempotencyKey: string },
): Promise<ProposedChange> {
  const { operatorId, change, reason, idempotencyKey } = input;
  return requestChange(ctx, {
    kind: "operator_change",
    target: `operator:${operatorId}`,
    to: "samePersonAs" in change ? { personId: await personOf(ctx, operatorId, change) } : change,
    reason,
    idempotencyKey,
  });
}

async function personOf(
  ctx: Context,
  operatorId: string,
  { samePersonAs }: { samePersonAs: string | null },
): Promise<string> {
  if (samePersonAs === null) return operatorId;
  const other = await findOperator(ctx.pool, samePersonAs);
  if (other === undefined) throw notFound("operator");
  return other.personId;
}
