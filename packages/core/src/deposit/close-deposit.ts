import { lockTransaction, type TransactionRow } from "@revio-wallet/db/sql/transactions";
import type { Tx } from "@revio-wallet/db/with-transaction";
import type { Context } from "../context.ts";
import { invariant } from "../errors.ts";
import { moveTransaction } from "../transaction/move-transaction.ts";
import type { DepositStatus } from "../transaction/transaction-status.ts";

/**
 * Ends a deposit that no money came in for. Does nothing if it has ended already. A payment that still arrives is
 * credited all the same (see transaction-status.ts).
 */
export async function closeDeposit(
  ctx: Context,
  tx: Tx,
  input: {
    transactionId: string;
    as: Extract<DepositStatus, "failed" | "expired" | "cancelled">;
    failureCode?: string;
  },
): Promise<TransactionRow> {
  const deposit = await lockTransaction(tx, input.transactionId);
  invariant(deposit?.kind === "deposit", `${input.transactionId} is no deposit`);
  if (deposit.status === "created" || deposit.status === "awaiting_payment") {
    await moveTransaction(ctx, tx, deposit, {
      to: input.as,
      cause: `deposit.${input.as}`,
      ...(input.failureCode === undefined ? {} : { failureCode: input.failureCode }),
    });
  }
  return deposit;
}
