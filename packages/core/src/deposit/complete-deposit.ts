import type { TransactionRow } from "@revio-wallet/db/sql/transactions";
import type { Tx } from "@revio-wallet/db/with-transaction";
import type { Context } from "../context.ts";
import { invariant } from "../errors.ts";
import { postJournalEntry } from "../ledger/post-journal-entries.ts";
import { depositCompleted } from "../ledger/posting-rules/deposit-completed.ts";
import type { Currency } from "../money.ts";
import { moveTransaction } from "../transaction/move-transaction.ts";
import { lockDeposit } from "./lock-deposit.ts";

/** What the provider says it received, as read back from it; never taken from a webhook's body. */
export interface ReceivedPayment {
  amountMinor: bigint;
  currency: string;
  providerFeeMinor: bigint;
  paidAt: Date;
}

/**
 * Credits a paid deposit once. A payment that differs from what was asked for must not come here: it goes into suspense,
 * and the deposit to review. Runs again, or beside itself, without a second effect.
 *
 * @throws InvariantViolation if the payment is not what was asked for
 */
export async function completeDeposit(
  ctx: Context,
  tx: Tx,
  input: { deposit: TransactionRow; received: ReceivedPayment },
): Promise<"deposit.completed" | "deposit.already_completed"> {
  const { received } = input;
  const currency = input.deposit.currency as Currency;
  const deposit = await lockDeposit(tx, input.deposit.id);
  invariant(deposit !== undefined, `${input.deposit.id} is no deposit`);
  if (deposit.status === "completed") return "deposit.already_completed";

  invariant(
    received.amountMinor === deposit.amountMinor && received.currency === deposit.currency,
    `${deposit.id} was paid with another amount than was asked for`,
  );
  await postJournalEntry(
    ctx,
    tx,
    depositCompleted({
      transactionId: deposit.id,
      userId: deposit.userId,
      currency,
      amountMinor: deposit.amountMinor,
      feeMinor: deposit.feeMinor,
      providerFeeMinor: received.providerFeeMinor,
      occurredAt: received.paidAt,
    }),
  );
  await moveTransaction(ctx, tx, deposit, { to: "completed", cause: "deposit.completed" });
  return "deposit.completed";
}
