import type { Currency } from "../../money.ts";
import { userAccount } from "../chart-of-accounts.ts";
import { credit, debit, type JournalEntry, journalEntry } from "../journal-entry.ts";

/** The user asked for money: amount and fee leave what may be spent, and wait in pending. */
export function withdrawalReserved(withdrawal: {
  transactionId: string;
  userId: string;
  currency: Currency;
  amountMinor: bigint;
  feeMinor: bigint;
  occurredAt: Date;
}): JournalEntry {
  const { transactionId, userId, currency, amountMinor, feeMinor } = withdrawal;
  return journalEntry("withdrawal.reserved", transactionId, {
    transactionId,
    occurredAt: withdrawal.occurredAt,
    postings: [
      debit(userAccount(userId, "available", currency), amountMinor + feeMinor),
      credit(userAccount(userId, "pending", currency), amountMinor + feeMinor),
    ],
  });
}
