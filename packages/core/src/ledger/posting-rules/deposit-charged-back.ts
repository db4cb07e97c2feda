import type { Currency } from "../../money.ts";
import { houseAccount, userAccount } from "../chart-of-accounts.ts";
import { credit, debit, type JournalEntry, journalEntry } from "../journal-entry.ts";

/**
 * The payer's bank took the money back. What the user still has pays for it; the rest is the user's debt, the one
 * shortfall that the ledger knows. A fee for the dispute is our loss.
 */
export function depositChargedBack(chargeback: {
  /** The chargeback's own transaction. */
  transactionId: string;
  userId: string;
  currency: Currency;
  amountMinor: bigint;
  /** The user's available balance, read under the account lock. */
  availableMinor: bigint;
  providerFeeMinor: bigint;
  occurredAt: Date;
}): JournalEntry {
  const { transactionId, userId, currency, amountMinor, availableMinor, providerFeeMinor } =
    chargeback;
  const fromAvailable = amountMinor < availableMinor ? amountMinor : availableMinor;
  return journalEntry("deposit.charged_back", transactionId, {
    transactionId,
    occurredAt: chargeback.occurredAt,
    postings: [
      debit(userAccount(userId, "available", currency), fromAvailable),
      debit(userAccount(userId, "receivable", currency), amountMinor - fromAvailable),
      debit(houseAccount("chargeback_losses", currency), providerFeeMinor),
      credit(houseAccount("revio_float", currency), amountMinor + providerFeeMinor),
    ],
  });
}
