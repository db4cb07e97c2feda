import { DatabaseError } from "pg";
import { DomainError } from "../errors.ts";

/** Constraints of `approvals`, and what it means to meet them. */
const refusals: Record<string, () => DomainError> = {
  // Nobody decides on their own request.
  approvals_check: notAllowed,
  approvals_two_persons_check: notAllowed,
  approvals_in_time_check: notOpen,
  approvals_one_open_per_transaction_idx: alreadyAsked,
  approvals_one_open_per_break_idx: alreadyAsked,
  approvals_one_open_per_target_idx: alreadyAsked,
  approved_changes_since: () =>
    new DomainError("WRONG_STATE", "It was changed since this was asked for. Ask anew."),
  operators_two_administrators: () =>
    new DomainError("WRONG_STATE", "Two people have to stay administrators. Invite another first."),
};

/**
 * Who may ask for an approval, and who may give it, is decided by triggers and constraints, so that no code path goes
 * round them. Runs `work` and tells their refusals in words for people.
 *
 * @throws DomainError FORBIDDEN, WRONG_STATE
 */
export async function refusedByDatabase<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    if (error.code === "42501" && error.where?.includes("check_approval_") === true) {
      throw notAllowed();
    }
    throw refusals[error.constraint ?? ""]?.() ?? error;
  }
}

/** What somebody decides on was decided, withdrawn, or waited for too long. */
export function notOpen(): DomainError {
  return new DomainError("WRONG_STATE", "This request is not waiting for a decision any more.");
}

function notAllowed(): DomainError {
  return new DomainError("FORBIDDEN", "You may not do this, or not for this amount.");
}

function alreadyAsked(): DomainError {
  return new DomainError("WRONG_STATE", "Another request about this is waiting for a decision.");
}
