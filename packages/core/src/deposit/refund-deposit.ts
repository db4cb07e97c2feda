import { readRelatedAmount, type TransactionRow } from "@revio-wallet/db/sql/transactions";
import type { Tx } from "@revio-wallet/db/with-transaction";
import type { Context } from "../context.ts";
import { invariant } from "../errors.ts";
import { getBalance } from "../ledger/get-balance.ts";
import { postJournalEntry } from "../ledger/post-journal-entries.ts";
import { depositRefunded } from "../ledger/posting-rules/deposit-refunded.ts";
import type { Currency } from "../money.ts";
import { openTransaction } from "../transaction/open-transaction.ts";
import { freezeOutgoing } from "../user/freeze-outgoing.ts";
import { lockDeposit } from "./lock-deposit.ts";

/**
 * Books what Revio has refunded of a completed deposit and we have not: the difference between the provider's running
 * total and ours, as a transaction of its own. A repeat finds no difference. What the user has spent already becomes
 * their debt, and no more money leaves until it is settled.
 */
export async function refundDeposit(
  ctx: Context,
  tx: Tx,
  input: { deposit: TransactionRow; refundedTotalMinor: bigint; refundedAt: Date },
): Promise<"deposit.refunded" | "deposit.already_refunded" | "deposit.refund_not_credited"> {
  const { userId } = input.deposit;
  const currency = input.deposit.currency as Currency;
  const deposit = await lockDeposit(tx, input.deposit.id);
  invariant(deposit !== undefined, `${input.deposit.id} is no deposit`);
  if (deposit.status !== "completed") return "deposit.refund_not_credited";
  const booked = await readRelatedAmount(tx, {
    transactionId: deposit.id,
    kind: "refund",
    status: "completed",
  });
  const amountMinor = input.refundedTotalMinor - booked;
  if (amountMinor <= 0n) return "deposit.already_refunded";
  invariant(input.refundedTotalMinor <= deposit.amountMinor, "refunds exceed the deposit");

  const refund = await openTransaction(ctx, tx, {
    userId,
    kind: "refund",
    status: "completed",
    amountMinor,
    feeMinor: 0n,
    currency,
    cause: "deposit.refunded",
    relatedTransactionId: deposit.id,
  });
  const { availableMinor } = await getBalance(tx, { userId, currency });
  await postJournalEntry(
    ctx,
    tx,
    depositRefunded({
      transactionId: refund.id,
      userId,
      currency,
      amountMinor,
      availableMinor,
      occurredAt: input.refundedAt,
    }),
  );
  if (amountMinor > availableMinor) {
    await freezeOutgoing(ctx, tx, { userId, reason: "refund_shortfall" });
  }
  return "deposit.refunded";
}
