import type { TransactionRow } from "@revio-wallet/db/sql/transactions";
import type { Tx } from "@revio-wallet/db/with-transaction";
import type { Context } from "../context.ts";
import { postJournalEntry } from "../ledger/post-journal-entries.ts";
import { withdrawalCompleted } from "../ledger/posting-rules/withdrawal-completed.ts";
import type { Currency } from "../money.ts";
import { moveTransaction } from "../transaction/move-transaction.ts";

/** Settles the reserve of a withdrawal that the provider has paid out. Call it with the withdrawal locked. */
export async function completeWithdrawal(
  ctx: Context,
  tx: Tx,
  withdrawal: TransactionRow,
  paid: { providerFeeMinor: bigint; paidAt: Date },
): Promise<void> {
  await postJournalEntry(
    ctx,
    tx,
    withdrawalCompleted({
      transactionId: withdrawal.id,
      userId: withdrawal.userId,
      currency: withdrawal.currency as Currency,
      amountMinor: withdrawal.amountMinor,
      feeMinor: withdrawal.feeMinor,
      providerFeeMinor: paid.providerFeeMinor,
      occurredAt: paid.paidAt,
    }),
  );
  await moveTransaction(ctx, tx, withdrawal, { to: "completed", cause: "withdrawal.completed" });
}
