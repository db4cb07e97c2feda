import type { Queryable } from "../pool.ts";

/** A posting on a statement, with the balance of its account behind it, in the account's normal side. */
export interface StatementRow {
  id: bigint;
  accountCode: string;
  accountName: string;
  direction: "debit" | "credit";
  amountMinor: bigint;
  /** As text: a house account may hold more than 64 bits say. */
  balanceAfterMinor: string;
  currency: string;
  journalEntryId: string;
  event: string;
  transactionId: string | null;
  transactionReference: string | null;
  postedAt: Date;
}

const signed = "CASE p.direction WHEN a.normal_side THEN p.amount_minor ELSE -p.amount_minor END";

/**
 * Postings of some accounts, the newest first, from a place on. One statement, one snapshot: the running balances start
 * from what each account held just before the place, and fit the rows whatever is posted meanwhile. (Materialized: else that
 * would be summed anew for each row.)
 */
export async function readStatementPage(
  db: Queryable,
  page: {
    accountCodes: readonly string[];
    /** Posted at or after. */
    from: Date | undefined;
    /** Posted before. */
    to: Date | undefined;
    before: { postedAt: Date; id: bigint } | undefined;
    limit: number;
  },
): Promise<StatementRow[]> {
  const { rows } = await db.query<StatementRow>(
    `WITH accounts AS MATERIALIZED (
       SELECT a.id, a.code, a.name, a.normal_side, a.currency,
              account_balance(a.code, coalesce($4::timestamptz, $3::timestamptz - interval '1 microsecond'))
                - coalesce((SELECT sum(${signed}) FROM postings p
                            WHERE p.ledger_account_id = a.id AND p.posted_at = $4 AND p.id >= $5::bigint), 0) AS balance
       FROM ledger_accounts a WHERE a.code = ANY ($1::text[])
     ), page AS (
       SELECT a.code, a.name, a.currency, a.balance, p.*, ${signed} AS delta
       FROM accounts a CROSS JOIN LATERAL (
         SELECT p.id, p.journal_entry_id, p.direction, p.amount_minor, p.posted_at FROM postings p
         WHERE p.ledger_account_id = a.id AND ($2::timestamptz IS NULL OR p.posted_at >= $2) AND ($3::timestamptz IS NULL OR p.posted_at < $3)
           AND ($4::timestamptz IS NULL OR (p.posted_at, p.id) < ($4, $5::bigint))
         ORDER BY p.posted_at DESC, p.id DESC LIMIT $6
       ) p
       ORDER BY p.posted_at DESC, p.id DESC LIMIT $6
     )
     SELECT p.id, p.code AS "accountCode", p.name AS "accountName", p.direction, p.amount_minor AS "amountMinor", p.currency,
            (p.balance - coalesce(sum(p.delta) OVER (
               PARTITION BY p.code ORDER BY p.posted_at DESC, p.id DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
             ), 0))::text AS "balanceAfterMinor",
            p.journal_entry_id AS "journalEntryId", e.event, e.transaction_id AS "transactionId", t.reference AS "transactionReference",
            p.posted_at AS "postedAt"
     FROM page p JOIN journal_entries e ON e.id = p.journal_entry_id LEFT JOIN transactions t ON t.id = e.transaction_id
     ORDER BY p.posted_at DESC, p.id DESC`,
    [
      page.accountCodes,
      page.from ?? null,
      page.to ?? null,
      page.before?.postedAt ?? null,
      page.before?.id ?? null,
      page.limit,
    ],
  );
  return rows;
}

export interface StatementBalanceRow {
  code: string;
  name: string;
  currency: string;
  normalSide: "debit" | "credit";
  /** Before the first posting of the period, and behind its last: in the normal side. */
  openingMinor: string;
  closingMinor: string;
}

/** What accounts held at both ends of a half-open period; without an end, before everything and now. */
export async function readStatementBalances(
  db: Queryable,
  of: { accountCodes: readonly string[]; from: Date | undefined; to: Date | undefined },
): Promise<StatementBalanceRow[]> {
  const { rows } = await db.query<StatementBalanceRow>(
    `SELECT a.code, a.name, a.currency, a.normal_side AS "normalSide",
            CASE WHEN $2::timestamptz IS NULL THEN '0' ELSE account_balance(a.code, $2 - interval '1 microsecond')::text END AS "openingMinor",
            account_balance(a.code, $3::timestamptz - interval '1 microsecond')::text AS "closingMinor"
     FROM ledger_accounts a WHERE a.code = ANY ($1::text[]) ORDER BY a.id`,
    [of.accountCodes, of.from ?? null, of.to ?? null],
  );
  return rows;
}
