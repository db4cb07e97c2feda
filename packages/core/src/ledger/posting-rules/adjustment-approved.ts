import type { LedgerAccountCode } from "../chart-of-accounts.ts";
import { credit, debit, type JournalEntry, journalEntry } from "../journal-entry.ts";

/** A correction that one operator proposed and another approved, between two accounts of one currency. */
export function adjustmentApproved(adjustment: {
  /** The approval that it rests on. */
  approvalId: string;
  transactionId?: string;
  debitAccount: LedgerAccountCode;
  creditAccount: LedgerAccountCode;
  amountMinor: bigint;
  occurredAt: Date;
}): JournalEntry {
  const { approvalId, transactionId, debitAccount, creditAccount, amountMinor } = adjustment;
  return journalEntry("adjustment.approved", approvalId, {
    ...(transactionId === undefined ? {} : { transactionId }),
    occurredAt: adjustment.occurredAt,
    postings: [debit(debitAccount, amountMinor), credit(creditAccount, amountMinor)],
  });
}
