import { DatabaseError } from "pg";
import { DomainError } from "../errors.ts";

/**
 * Who may ask for an approval, and who may give it, is decided by triggers and constraints, so that no code path goes
 * round them. Runs `work` and tells their refusals in words for people.
 *
 * @throws DomainError FORBIDDEN
 */
export async function refusedByDatabase<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    if (error.code === "42501" && error.routine === "exec_stmt_raise") {
      throw new DomainError("FORBIDDEN", "Your role does not allow this, or not for this amount.", {
        cause: error,
      });
    }
    if (error.constraint === "approvals_check") {
      throw new DomainError("FORBIDDEN", "Nobody decides on their own request.", { cause: error });
    }
    throw error;
  }
}
