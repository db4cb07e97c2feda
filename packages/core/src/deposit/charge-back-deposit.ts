import {
  findRelatedTransactions,
  lockTransaction,
  readRelatedAmount,
  type TransactionRow,
} from "@revio-wallet/db/sql/transactions";
import type { Tx } from "@revio-wallet/db/with-transaction";
import type { Context } from "../context.ts";
import { invariant } from "../errors.ts";
import { getBalance } from "../ledger/get-balance.ts";
import { postJournalEntry } from "../ledger/post-journal-entries.ts";
import { chargebackReversed } from "../ledger/posting-rules/chargeback-reversed.ts";
import { depositChargedBack } from "../ledger/posting-rules/deposit-charged-back.ts";
import type { Currency } from "../money.ts";
import { moveTransaction } from "../transaction/move-transaction.ts";
import { openTransaction } from "../transaction/open-transaction.ts";
import { freezeOutgoing } from "../user/freeze-outgoing.ts";
import { lockDeposit } from "./lock-deposit.ts";

/**
 * Books that the payer's bank took a completed deposit back, once per dispute. The user's money pays for it; a shortfall
 * becomes their debt. Money may no longer leave the account either way, until an operator has looked.
 */
export async function chargeBackDeposit(
  ctx: Context,
  tx: Tx,
  input: { deposit: TransactionRow; chargedBackAt: Date },
): Promise<
  "deposit.charged_back" | "deposit.already_charged_back" | "deposit.charge_back_not_credited"
> {
  const deposit = await lockDeposit(tx, input.deposit.id);
  invariant(deposit !== undefined, `${input.deposit.id} is no deposit`);
  if (deposit.status !== "completed") return "deposit.charge_back_not_credited";
  const { userId } = deposit;
  const currency = deposit.currency as Currency;
  if (await isDisputed(tx, deposit)) return "deposit.already_charged_back";
  const refunded = await readRelatedAmount(tx, {
    transactionId: deposit.id,
    kind: "refund",
    status: "completed",
  });
  // What was given back before cannot be taken again.
  const amountMinor = deposit.amountMinor - refunded;
  if (amountMinor <= 0n) return "deposit.already_charged_back";
  const chargeback = await openTransaction(ctx, tx, {
    userId,
    kind: "chargeback",
    status: "completed",
    amountMinor,
    feeMinor: 0n,
    currency,
    cause: "deposit.charged_back",
    relatedTransactionId: deposit.id,
  });
  const { availableMinor } = await getBalance(tx, { userId, currency });
  await postJournalEntry(
    ctx,
    tx,
    depositChargedBack({
      transactionId: chargeback.id,
      userId,
      currency,
      amountMinor,
      availableMinor,
      providerFeeMinor: 0n,
      occurredAt: input.chargedBackAt,
    }),
  );
  await freezeOutgoing(ctx, tx, { userId, reason: "chargeback" });
  return "deposit.charged_back";
}

/** Books that the last dispute of a deposit was won. The freeze stays until an operator lifts it. */
export async function reverseChargeback(
  ctx: Context,
  tx: Tx,
  input: { deposit: TransactionRow; reversedAt: Date },
): Promise<"chargeback.reversed" | "chargeback.none_open"> {
  const deposit = await lockDeposit(tx, input.deposit.id);
  invariant(deposit !== undefined, `${input.deposit.id} is no deposit`);
  const currency = deposit.currency as Currency;
  const open = await findDispute(tx, deposit);
  if (open === undefined) return "chargeback.none_open";
  const chargeback = await lockTransaction(tx, open.id);
  invariant(chargeback !== undefined, "a found chargeback can be locked");
  const { receivableMinor } = await getBalance(tx, { userId: deposit.userId, currency });
  await postJournalEntry(
    ctx,
    tx,
    chargebackReversed({
      transactionId: chargeback.id,
      userId: deposit.userId,
      currency,
      amountMinor: chargeback.amountMinor,
      receivableMinor,
      occurredAt: input.reversedAt,
    }),
  );
  await moveTransaction(ctx, tx, chargeback, { to: "reversed", cause: "chargeback.reversed" });
  return "chargeback.reversed";
}

/** Whether a dispute of the deposit is booked and not won. Call it with the deposit locked. */
export async function isDisputed(tx: Tx, deposit: TransactionRow): Promise<boolean> {
  return (await findDispute(tx, deposit)) !== undefined;
}

async function findDispute(tx: Tx, { id }: TransactionRow): Promise<TransactionRow | undefined> {
  const disputes = await findRelatedTransactions(tx, { transactionId: id, kind: "chargeback" });
  return disputes.find(({ status }) => status === "completed");
}
