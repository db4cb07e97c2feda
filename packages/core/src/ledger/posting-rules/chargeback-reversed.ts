import type { Currency } from "../../money.ts";
import { houseAccount, userAccount } from "../chart-of-accounts.ts";
import { credit, debit, type JournalEntry, journalEntry } from "../journal-entry.ts";

/** The dispute was won: the money is back, pays what the user owes first, and the rest may be spent. */
export function chargebackReversed(reversal: {
  /** The chargeback's transaction. */
  transactionId: string;
  userId: string;
  currency: Currency;
  amountMinor: bigint;
  /** What the user owes, read under the account lock. */
  receivableMinor: bigint;
  occurredAt: Date;
}): JournalEntry {
  const { transactionId, userId, currency, amountMinor, receivableMinor } = reversal;
  const toReceivable = amountMinor < receivableMinor ? amountMinor : receivableMinor;
  return journalEntry("chargeback.reversed", transactionId, {
    transactionId,
    occurredAt: reversal.occurredAt,
    postings: [
      debit(houseAccount("revio_float", currency), amountMinor),
      credit(userAccount(userId, "receivable", currency), toReceivable),
      credit(userAccount(userId, "available", currency), amountMinor - toReceivable),
    ],
  });
}
