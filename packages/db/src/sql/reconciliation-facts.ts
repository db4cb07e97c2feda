import type { Queryable } from "../pool.ts";
import { placeOf } from "./walk-by-time.ts";

/** A deposit or withdrawal, what the ledger has booked of it, and which objects at Revio it has. Minor units. */
export interface BookedTransactionRow {
  id: string;
  kind: string;
  status: string;
  currency: string;
  amountMinor: bigint;
  /** Entries that booked it. */
  bookings: number;
  /** What passed through the float before Revio's fee, approved corrections included. */
  bookedMinor: bigint;
  bookedFeeMinor: bigint;
  /** What the bank sent back of a withdrawal. */
  returnedMinor: bigint;
  refundedMinor: bigint;
  chargedBackMinor: bigint;
  /** Revio's ids of all attempts. */
  objectIds: string[];
  /** The purchase that was credited, or the payout that was paid. */
  settledObjectId: string | null;
}

/** The same for many transactions, in the order asked for; ids that are none are left out. */
export async function readBookedTransactions(
  db: Queryable,
  ids: readonly string[],
): Promise<BookedTransactionRow[]> {
  const { rows } = await db.query<
    Omit<BookedTransactionRow, "bookings"> & Record<"bookings", bigint> & Record<Sums, string>
  >(
    `SELECT t.id, t.kind, t.status, t.currency, t.amount_minor AS "amountMinor", b.bookings,
       CASE t.kind WHEN 'withdrawal' THEN -b.booked ELSE b.booked END AS "bookedMinor",
       b.fee AS "bookedFeeMinor", b.returned AS "returnedMinor",
       r.refunded AS "refundedMinor", r.charged_back AS "chargedBackMinor",
       coalesce(o.ids, '{}') AS "objectIds", o.settled AS "settledObjectId"
     FROM unnest($1::uuid[]) WITH ORDINALITY AS wanted (id, place) JOIN transactions t ON t.id = wanted.id
     CROSS JOIN LATERAL (
       SELECT count(DISTINCT e.id) FILTER (WHERE e.event IN ('deposit.completed', 'withdrawal.completed')) AS bookings,
         coalesce(sum(s.amount) FILTER (WHERE e.event <> 'withdrawal.return_received'), 0) AS booked,
         coalesce(sum(s.amount) FILTER (WHERE a.name = 'provider_fees'), 0) AS fee,
         coalesce(sum(s.amount) FILTER (WHERE e.event = 'withdrawal.return_received'), 0) AS returned
       FROM (
         SELECT t.id UNION ALL
         SELECT j.id FROM transactions j WHERE j.related_transaction_id = t.id AND j.kind = 'adjustment'
       ) about (id)
       -- What is in suspense is nobody's yet, also where it names a deposit.
       JOIN journal_entries e ON e.transaction_id = about.id AND e.event NOT LIKE 'suspense.%'
       JOIN postings p ON p.journal_entry_id = e.id
       JOIN ledger_accounts a ON a.id = p.ledger_account_id AND a.user_id IS NULL AND a.name IN ('revio_float', 'provider_fees')
       CROSS JOIN LATERAL (SELECT CASE p.direction WHEN 'debit' THEN p.amount_minor ELSE -p.amount_minor END AS amount) s
     ) b
     CROSS JOIN LATERAL (
       SELECT coalesce(sum(k.amount_minor) FILTER (WHERE k.kind = 'refund'), 0) AS refunded,
         coalesce(sum(k.amount_minor) FILTER (WHERE k.kind = 'chargeback' AND k.status = 'completed'), 0) AS charged_back
       FROM transactions k WHERE k.related_transaction_id = t.id
     ) r
     CROSS JOIN LATERAL (
       SELECT array_agg(x.id ORDER BY x.id) AS ids, (array_agg(x.id) FILTER (WHERE x.settled))[1] AS settled FROM (
         SELECT u.purchase_id::text, u.credited_at IS NOT NULL FROM revio_purchases u WHERE u.transaction_id = t.id AND u.purchase_id IS NOT NULL
         UNION ALL
         SELECT u.payout_id::text, u.state = 'success' FROM revio_payouts u WHERE u.transaction_id = t.id AND u.payout_id IS NOT NULL
       ) x (id, settled)
     ) o
     ORDER BY wanted.place`,
    [ids],
  );
  return rows.map((row) => ({
    ...row,
    bookings: Number(row.bookings),
    bookedMinor: BigInt(row.bookedMinor),
    bookedFeeMinor: BigInt(row.bookedFeeMinor),
    returnedMinor: BigInt(row.returnedMinor),
    refundedMinor: BigInt(row.refundedMinor),
    chargedBackMinor: BigInt(row.chargedBackMinor),
  }));
}

type Sums =
  | "bookedMinor"
  | "bookedFeeMinor"
  | "returnedMinor"
  | "refundedMinor"
  | "chargedBackMinor";

/** The next transactions to which something happened in the window, each once, by its last event there. */
export async function readTransactionsOfWindow(
  db: Queryable,
  page: {
    from: Date;
    to: Date;
    after: string;
    limit: number;
  },
): Promise<{ place: string; transactionId: string }[]> {
  const { rows } = await db.query<{ place: string; transactionId: string }>(
    `SELECT e.occurred_at || '|' || e.sequence AS place, coalesce(t.related_transaction_id, t.id) AS "transactionId"
     FROM transaction_events e JOIN transactions t ON t.id = e.transaction_id
     WHERE e.occurred_at < $2 AND (e.occurred_at, e.sequence) > ($3::text::timestamptz, $4::bigint)
       AND t.kind <> 'adjustment'
       AND NOT EXISTS (
         SELECT FROM transaction_events later
         WHERE later.transaction_id = e.transaction_id AND later.sequence > e.sequence AND later.occurred_at >= $1 AND later.occurred_at < $2)
     ORDER BY e.occurred_at, e.sequence LIMIT $5`,
    [page.from, page.to, ...placeOf(page.after, page.from), page.limit],
  );
  return rows;
}

/** Open breaks that a source of the reconciliation has found, of these subjects. */
export async function findOpenBreaksOfSource(
  db: Queryable,
  filter: { subjects: readonly string[]; source: string },
): Promise<{ subject: string; class: string }[]> {
  const { rows } = await db.query<{ subject: string; class: string }>(
    `SELECT subject, class FROM breaks WHERE state = 'open' AND subject = ANY ($1) AND evidence ->> 'source' = $2`,
    [filter.subjects, filter.source],
  );
  return rows;
}

/** Purchases and payouts with an open break that a look at the object may end, in order of their subjects. */
export async function findSubjectsToLookAtAgain(
  db: Queryable,
  page: { after: string; limit: number },
): Promise<{ subject: string; transactionId: string | null }[]> {
  const { rows } = await db.query<{ subject: string; transactionId: string | null }>(
    `SELECT subject, (array_agg(transaction_id) FILTER (WHERE transaction_id IS NOT NULL))[1] AS "transactionId" FROM breaks
     WHERE state = 'open' AND subject > $1 AND (subject LIKE 'purchase:%' OR subject LIKE 'payout:%')
       AND evidence ->> 'source' = 'objects'
     GROUP BY subject ORDER BY subject LIMIT $2`,
    [page.after, page.limit],
  );
  return rows;
}
