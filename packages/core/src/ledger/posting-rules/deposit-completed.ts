import type { Currency } from "../../money.ts";
import { houseAccount, userAccount } from "../chart-of-accounts.ts";
import { credit, debit, type JournalEntry, journalEntry } from "../journal-entry.ts";

/**
 * The user paid at Revio: the money is in our float less Revio's fee, and the user is owed it less ours.
 * Revio's fee may still be 0 here; reconciliation books the difference when it becomes final.
 */
export function depositCompleted(deposit: {
  transactionId: string;
  userId: string;
  currency: Currency;
  /** What the user paid. */
  amountMinor: bigint;
  /** Our fee, taken out of the amount. */
  feeMinor: bigint;
  providerFeeMinor: bigint;
  occurredAt: Date;
}): JournalEntry {
  const { transactionId, userId, currency, amountMinor, feeMinor, providerFeeMinor } = deposit;
  return journalEntry("deposit.completed", transactionId, {
    transactionId,
    occurredAt: deposit.occurredAt,
    postings: [
      debit(houseAccount("revio_float", currency), amountMinor - providerFeeMinor),
      debit(houseAccount("provider_fees", currency), providerFeeMinor),
      credit(userAccount(userId, "available", currency), amountMinor - feeMinor),
      credit(houseAccount("fee_income", currency), feeMinor),
    ],
  });
}
