import type { TransactionRow } from "@revio-wallet/db/sql/transactions";
import type { Tx } from "@revio-wallet/db/with-transaction";
import type { Context } from "../context.ts";
import { invariant } from "../errors.ts";
import { postJournalEntry } from "../ledger/post-journal-entries.ts";
import {
  withdrawalReturnCredited,
  withdrawalReturnReceived,
} from "../ledger/posting-rules/withdrawal-returned.ts";
import type { Currency } from "../money.ts";
import { moveTransaction } from "../transaction/move-transaction.ts";
import { lockWithdrawal } from "./lock-withdrawal.ts";

/**
 * Books that the bank sent a completed withdrawal back, once: the money comes in through the returns account and goes to
 * the user. Our fee stays earned. Runs again, or beside itself, without a second effect.
 */
export async function returnWithdrawal(
  ctx: Context,
  tx: Tx,
  input: { withdrawal: TransactionRow; returnedAt: Date },
): Promise<"withdrawal.returned" | "withdrawal.already_returned" | "withdrawal.not_completed"> {
  const withdrawal = await lockWithdrawal(tx, input.withdrawal.id);
  invariant(withdrawal !== undefined, `${input.withdrawal.id} is no withdrawal`);
  if (withdrawal.status === "returned") return "withdrawal.already_returned";
  if (withdrawal.status !== "completed") return "withdrawal.not_completed";
  const returned = {
    transactionId: withdrawal.id,
    userId: withdrawal.userId,
    currency: withdrawal.currency as Currency,
    amountMinor: withdrawal.amountMinor,
    occurredAt: input.returnedAt,
  };
  await postJournalEntry(ctx, tx, withdrawalReturnReceived(returned));
  await postJournalEntry(ctx, tx, withdrawalReturnCredited(returned));
  await moveTransaction(ctx, tx, withdrawal, { to: "returned", cause: "withdrawal.returned" });
  return "withdrawal.returned";
}
