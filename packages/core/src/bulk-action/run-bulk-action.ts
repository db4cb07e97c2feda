import type { Context } from "../context.ts";
import { DomainError } from "../errors.ts";
import { requireOperator } from "../operator/require-operator.ts";
import { addTransactionNote } from "../transaction/add-transaction-note.ts";
import { cancelUserWithdrawal } from "../withdrawal/cancel-user-withdrawal.ts";
import { type BulkAction, bulkPermissions } from "./bulk-action.ts";

export interface BulkResult {
  transactionId: string;
  outcome: "done" | "not_eligible" | "failed";
  /** Why not, for people. */
  reason: string | null;
}

/**
 * Does the same to many transactions, each in a database transaction of its own: one that is refused keeps no other back. Safe to
 * repeat with the same key: a row that is done is not done twice.
 *
 * @throws DomainError FORBIDDEN
 */
export async function runBulkAction(
  ctx: Context,
  input: {
    action: BulkAction;
    transactionIds: readonly string[];
    /** The note, or why the withdrawals are taken back. */
    reason: string;
    idempotencyKey: string;
  },
): Promise<BulkResult[]> {
  const { action, reason, idempotencyKey } = input;
  await requireOperator(ctx, ctx.pool, bulkPermissions[action]);
  const results: BulkResult[] = [];
  for (const transactionId of new Set(input.transactionIds)) {
    results.push(
      await resultOf(ctx, transactionId, () =>
        action === "add_note"
          ? addTransactionNote(ctx, { transactionId, note: reason, idempotencyKey })
          : cancelUserWithdrawal(ctx, { transactionId, reason }),
      ),
    );
  }
  return results;
}

async function resultOf(
  ctx: Context,
  transactionId: string,
  act: () => Promise<unknown>,
): Promise<BulkResult> {
  try {
    await act();
    return { transactionId, outcome: "done", reason: null };
  } catch (error) {
    if (error instanceof DomainError && error.code !== "INTERNAL") {
      return { transactionId, outcome: "not_eligible", reason: error.message };
    }
    ctx.log.error({ transactionId, error }, "a row of a bulk action failed");
    return {
      transactionId,
      outcome: "failed",
      reason: "It is not known whether this was done. Run it again: it will not be done twice.",
    };
  }
}
