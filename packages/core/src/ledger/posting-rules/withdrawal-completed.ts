import type { Currency } from "../../money.ts";
import { houseAccount, userAccount } from "../chart-of-accounts.ts";
import { credit, debit, type JournalEntry, journalEntry } from "../journal-entry.ts";

/** Revio paid out: the reserve is settled, the float is less by the amount and by what Revio charged for it. */
export function withdrawalCompleted(withdrawal: {
  transactionId: string;
  userId: string;
  currency: Currency;
  /** What the user receives. */
  amountMinor: bigint;
  /** Our fee, on top. */
  feeMinor: bigint;
  providerFeeMinor: bigint;
  occurredAt: Date;
}): JournalEntry {
  const { transactionId, userId, currency, amountMinor, feeMinor, providerFeeMinor } = withdrawal;
  return journalEntry("withdrawal.completed", transactionId, {
    transactionId,
    occurredAt: withdrawal.occurredAt,
    postings: [
      debit(userAccount(userId, "pending", currency), amountMinor + feeMinor),
      debit(houseAccount("provider_fees", currency), providerFeeMinor),
      credit(houseAccount("revio_float", currency), amountMinor + providerFeeMinor),
      credit(houseAccount("fee_income", currency), feeMinor),
    ],
  });
}
