import type { Queryable } from "../pool.ts";

/** One line of a journal entry, with the entry. Minor units. */
export interface EntryLineRow {
  journalEntryId: string;
  sequence: bigint;
  event: string;
  transactionId: string;
  occurredAt: Date;
  postedAt: Date;
  postingId: bigint;
  accountId: bigint;
  accountCode: string;
  accountName: string;
  accountType: string;
  userId: string | null;
  currency: string;
  direction: "debit" | "credit";
  amountMinor: bigint;
  /** Of accounts of users; house accounts have no stored balance. */
  balanceBeforeMinor: bigint | null;
  balanceAfterMinor: bigint | null;
}

/**
 * The lines of all journal entries of a transaction and of those related to it (a refund's deposit, a deposit's refunds), in the order
 * of posting.
 */
export async function findEntryLines(
  db: Queryable,
  transactionId: string,
): Promise<EntryLineRow[]> {
  const { rows } = await db.query<EntryLineRow>(
    `SELECT e.id AS "journalEntryId", e.sequence, e.event, e.transaction_id AS "transactionId", e.occurred_at AS "occurredAt",
       e.posted_at AS "postedAt", p.id AS "postingId", a.id AS "accountId", a.code AS "accountCode", a.name AS "accountName", a.type AS "accountType",
       a.user_id AS "userId", p.currency, p.direction, p.amount_minor AS "amountMinor", p.balance_before_minor AS "balanceBeforeMinor",
       p.balance_after_minor AS "balanceAfterMinor"
     FROM journal_entries e JOIN postings p ON p.journal_entry_id = e.id JOIN ledger_accounts a ON a.id = p.ledger_account_id
     WHERE e.transaction_id IN (
       SELECT $1::uuid UNION SELECT id FROM transactions WHERE related_transaction_id = $1
       UNION SELECT related_transaction_id FROM transactions WHERE id = $1 AND related_transaction_id IS NOT NULL)
     ORDER BY e.sequence, p.direction DESC, p.id`,
    [transactionId],
  );
  return rows;
}
