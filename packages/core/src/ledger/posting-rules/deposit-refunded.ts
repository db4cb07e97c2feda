import type { Currency } from "../../money.ts";
import { houseAccount, userAccount } from "../chart-of-accounts.ts";
import { credit, debit, type JournalEntry, journalEntry } from "../journal-entry.ts";

/**
 * Revio gave the payer money back. It comes out of what the user may spend; what is not there any more the user owes us
 * (a refund made in Revio's dashboard does not ask us first).
 */
export function depositRefunded(refund: {
  /** The refund's own transaction. */
  transactionId: string;
  userId: string;
  currency: Currency;
  amountMinor: bigint;
  /** The user's available balance, read under the account lock. */
  availableMinor: bigint;
  occurredAt: Date;
}): JournalEntry {
  const { transactionId, userId, currency, amountMinor, availableMinor } = refund;
  const fromAvailable = amountMinor < availableMinor ? amountMinor : availableMinor;
  return journalEntry("deposit.refunded", transactionId, {
    transactionId,
    occurredAt: refund.occurredAt,
    postings: [
      debit(userAccount(userId, "available", currency), fromAvailable),
      debit(userAccount(userId, "receivable", currency), amountMinor - fromAvailable),
      credit(houseAccount("revio_float", currency), amountMinor),
    ],
  });
}
