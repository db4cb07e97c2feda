import { type ApprovalRight, findApprovalRight } from "@revio-wallet/db/sql/proposals";
import type { Queryable } from "@revio-wallet/db/pool";
import { DatabaseError } from "pg";
import type { Context } from "../context.ts";
import { DomainError } from "../errors.ts";

export type ApprovalKind = "withdrawal" | "payout_resolution" | "adjustment";

/**
 * The actor's right to ask for, or to decide on, approvals of a kind, as their role has it now. Triggers judge the write
 * itself again, with the operator's row locked.
 *
 * @throws DomainError FORBIDDEN unless they are an active operator who may
 */
export async function requireApprovalRight(
  ctx: Pick<Context, "actor">,
  db: Queryable,
  kind: ApprovalKind,
  act: "request" | "decide",
): Promise<ApprovalRight> {
  const right =
    ctx.actor.kind === "operator"
      ? await findApprovalRight(db, { operatorId: ctx.actor.id, kind })
      : undefined;
  if (right === undefined || !(act === "request" ? right.mayRequest : right.mayDecide)) {
    throw notAllowed();
  }
  return right;
}

/** Refusals of the database, by what they say: insufficient_privilege, and constraints of `approvals`. */
const refusals: Record<string, () => DomainError> = {
  // Nobody decides on their own request.
  approvals_check: notAllowed,
  approvals_in_time_check: () => new DomainError("WRONG_STATE", "This request has expired."),
  approvals_one_open_per_transaction_idx: alreadyAsked,
  approvals_one_open_per_break_idx: alreadyAsked,
};

/** Runs what writes an approval, and says in our words what the triggers and constraints refused. */
export async function withApprovalRefusals<Value>(work: Promise<Value>): Promise<Value> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    if (error.code === "42501" && error.where?.includes("check_approval_") === true) {
      throw notAllowed();
    }
    const refusal = refusals[error.constraint ?? ""];
    throw refusal?.() ?? error;
  }
}

function notAllowed(): DomainError {
  return new DomainError("FORBIDDEN", "You may not do this, or not for this amount.");
}

function alreadyAsked(): DomainError {
  return new DomainError("WRONG_STATE", "Another request about this is waiting for a decision.");
}
