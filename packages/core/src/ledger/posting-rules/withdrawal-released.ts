import type { Currency } from "../../money.ts";
import { userAccount } from "../chart-of-accounts.ts";
import { credit, debit, type JournalEntry, journalEntry } from "../journal-entry.ts";

/** The withdrawal failed, was rejected or cancelled: the whole reserve, fee included, may be spent again. */
export function withdrawalReleased(withdrawal: {
  transactionId: string;
  userId: string;
  currency: Currency;
  amountMinor: bigint;
  feeMinor: bigint;
  occurredAt: Date;
}): JournalEntry {
  const { transactionId, userId, currency, amountMinor, feeMinor } = withdrawal;
  return journalEntry("withdrawal.released", transactionId, {
    transactionId,
    occurredAt: withdrawal.occurredAt,
    postings: [
      debit(userAccount(userId, "pending", currency), amountMinor + feeMinor),
      credit(userAccount(userId, "available", currency), amountMinor + feeMinor),
    ],
  });
}
