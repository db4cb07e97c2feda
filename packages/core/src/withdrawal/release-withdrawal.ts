import type { TransactionRow } from "@revio-wallet/db/sql/transactions";
import type { Tx } from "@revio-wallet/db/with-transaction";
import type { Context } from "../context.ts";
import { postJournalEntry } from "../ledger/post-journal-entries.ts";
import { withdrawalReleased } from "../ledger/posting-rules/withdrawal-released.ts";
import type { Currency } from "../money.ts";
import { moveTransaction } from "../transaction/move-transaction.ts";
import type { WithdrawalStatus } from "../transaction/transaction-status.ts";

/**
 * Ends a withdrawal that no money left for, and gives the reserve back. Call it with the withdrawal locked, and only on
 * certainty: a payout whose outcome is unknown keeps its reserve.
 */
export async function releaseWithdrawal(
  ctx: Context,
  tx: Tx,
  withdrawal: TransactionRow,
  end: {
    as: Extract<WithdrawalStatus, "failed" | "rejected" | "cancelled">;
    failureCode?: string;
  },
): Promise<void> {
  await postJournalEntry(
    ctx,
    tx,
    withdrawalReleased({
      transactionId: withdrawal.id,
      userId: withdrawal.userId,
      currency: withdrawal.currency as Currency,
      amountMinor: withdrawal.amountMinor,
      feeMinor: withdrawal.feeMinor,
      occurredAt: ctx.clock.now(),
    }),
  );
  await moveTransaction(ctx, tx, withdrawal, {
    to: end.as,
    cause: `withdrawal.${end.as}`,
    ...(end.failureCode === undefined ? {} : { failureCode: end.failureCode }),
  });
}
