import type { Currency } from "../../money.ts";
import { houseAccount, userAccount } from "../chart-of-accounts.ts";
import { credit, debit, type JournalEntry, journalEntry } from "../journal-entry.ts";

interface WithdrawalReturn {
  transactionId: string;
  userId: string;
  currency: Currency;
  /** What came back; our fee stays earned. */
  amountMinor: bigint;
  occurredAt: Date;
}

/** The bank sent a successful payout back: the money is in our float again, and waits in the returns account. */
export function withdrawalReturnReceived(returned: WithdrawalReturn): JournalEntry {
  const { transactionId, currency, amountMinor } = returned;
  return journalEntry("withdrawal.return_received", transactionId, {
    transactionId,
    occurredAt: returned.occurredAt,
    postings: [
      debit(houseAccount("revio_float", currency), amountMinor),
      credit(houseAccount("payout_returns", currency), amountMinor),
    ],
  });
}

/** The return was recognised as this user's: credited once. */
export function withdrawalReturnCredited(returned: WithdrawalReturn): JournalEntry {
  const { transactionId, userId, currency, amountMinor } = returned;
  return journalEntry("withdrawal.return_credited", transactionId, {
    transactionId,
    occurredAt: returned.occurredAt,
    postings: [
      debit(houseAccount("payout_returns", currency), amountMinor),
      credit(userAccount(userId, "available", currency), amountMinor),
    ],
  });
}
