import type { Queryable } from "../pool.ts";
import type { StatementLineRow } from "./statement-files.ts";

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

/** The same for many transactions; ids that are none are left out. */
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
     FROM unnest($1::uuid[]) AS wanted (id) JOIN transactions t ON t.id = wanted.id
     CROSS JOIN LATERAL (
       SELECT count(DISTINCT e.id) FILTER (WHERE e.event IN ('deposit.completed', 'withdrawal.completed')) AS bookings,
         coalesce(sum(s.amount) FILTER (WHERE e.event <> 'withdrawal.return_received'), 0) AS booked,
         coalesce(sum(s.amount) FILTER (WHERE a.name = 'provider_fees'), 0) AS fee,
         coalesce(sum(s.amount) FILTER (WHERE e.event = 'withdrawal.return_received'), 0) AS returned
       FROM (
         SELECT t.id UNION ALL
         SELECT j.id FROM transactions j WHERE j.related_transaction_id = t.id AND j.kind = 'adjustment'
       ) about (id)
       JOIN journal_entries e ON e.transaction_id = about.id
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
       SELECT array_agg(x.id) AS ids, (array_agg(x.id) FILTER (WHERE x.settled))[1] AS settled FROM (
         SELECT u.purchase_id::text, u.credited_at IS NOT NULL FROM revio_purchases u WHERE u.transaction_id = t.id AND u.purchase_id IS NOT NULL
         UNION ALL
         SELECT u.payout_id::text, u.state = 'success' FROM revio_payouts u WHERE u.transaction_id = t.id AND u.payout_id IS NOT NULL
       ) x (id, settled)
     ) o`,
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

/** A line with the transactions that it may be about. */
export interface MatchableLineRow extends StatementLineRow {
  candidates: {
    transactionId: string;
    by: "id" | "reference" | "amount_and_time";
    minutesApart: number;
  }[];
  /** The same movement stands in the file before, or is a further one of the same object. */
  isSecond: boolean;
  /** There is a second one of it in the file. */
  isRepeated: boolean;
  /** What this file takes back of the same purchase in all, chargebacks less those that were won. */
  refundsMinor: bigint;
  chargebacksMinor: bigint;
  /** What this file sends back of the same payout in all. */
  returnsMinor: bigint;
}

/**
 * The next lines of a file in order, each with its candidates. Those by amount and time are looked for only where
 * nothing else names one: transactions of the kind, made within the two hours before, that have no object at Revio yet.
 */
export async function readMatchableLines(
  db: Queryable,
  page: { runId: string; after: bigint; limit: number },
): Promise<MatchableLineRow[]> {
  const { rows } = await db.query<
    MatchableLineRow & Record<"refundsMinor" | "chargebacksMinor" | "returnsMinor", string>
  >(
    `SELECT l.line_no AS "lineNo", l.product, l.object_id AS "objectId", l.related_to AS "relatedTo", l.reference, l.status, l.currency,
       l.is_outgoing AS "isOutgoing", l.amount_minor AS "amountMinor", l.fee_minor AS "feeMinor", l.occurred_at AS "occurredAt",
       coalesce(named.candidates, guessed.candidates, '[]') AS candidates,
       coalesce(earlier.found, further.found, false) AS "isSecond", coalesce(later.found, others.found, false) AS "isRepeated",
       taken.refunds AS "refundsMinor", taken.chargebacks AS "chargebacksMinor", taken.returns AS "returnsMinor"
     FROM (SELECT * FROM statement_lines WHERE run_id = $1 AND line_no > $2 ORDER BY line_no LIMIT $3) l
     CROSS JOIN LATERAL (
       SELECT CASE WHEN o.text ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN o.text::uuid END AS id
       FROM (SELECT CASE l.related_to WHEN '' THEN l.object_id ELSE l.related_to END) o (text)
     ) owner
     LEFT JOIN LATERAL (
       SELECT json_agg(json_build_object('transactionId', c.id, 'by', c.by, 'minutesApart', 0)) AS candidates FROM (
         SELECT transaction_id, 'id' FROM revio_purchases WHERE purchase_id = owner.id
         UNION SELECT transaction_id, 'id' FROM revio_payouts WHERE payout_id = owner.id
         UNION ALL SELECT id, 'reference' FROM transactions WHERE reference = l.reference
       ) c (id, by)
     ) named ON true
     LEFT JOIN LATERAL (
       SELECT json_agg(json_build_object('transactionId', g.id, 'by', 'amount_and_time', 'minutesApart', g.apart)) AS candidates FROM (
         SELECT t.id, extract(epoch FROM l.occurred_at - t.created_at) / 60
         FROM transactions t
         WHERE named.candidates IS NULL AND t.id BETWEEN ${uuidAt("l.occurred_at - interval '2 hours'", "0")} AND ${uuidAt("l.occurred_at + interval '1 minute'", "f")}
           AND t.kind = CASE l.product WHEN 'purchase' THEN 'deposit' WHEN 'payout' THEN 'withdrawal' END
           AND t.currency = l.currency AND t.amount_minor = l.amount_minor
           AND NOT EXISTS (SELECT FROM revio_purchases u WHERE u.transaction_id = t.id AND u.purchase_id IS NOT NULL)
           AND NOT EXISTS (SELECT FROM revio_payouts u WHERE u.transaction_id = t.id AND u.payout_id IS NOT NULL)
         LIMIT 3
       ) g (id, apart)
     ) guessed ON true
     -- Each of these looks up one index. LIMIT: as EXISTS they might be answered by reading the whole file, for every batch.
     LEFT JOIN LATERAL (SELECT true AS found FROM statement_lines d
       WHERE d.run_id = l.run_id AND d.object_id = l.object_id AND d.product = l.product AND d.line_no < l.line_no LIMIT 1) earlier ON true
     LEFT JOIN LATERAL (SELECT true AS found FROM statement_lines d
       WHERE d.run_id = l.run_id AND d.object_id = l.object_id AND d.product = l.product AND d.line_no > l.line_no LIMIT 1) later ON true
     LEFT JOIN LATERAL (SELECT true AS found FROM statement_lines d
       WHERE l.related_to <> '' AND d.run_id = l.run_id AND d.object_id = l.related_to AND d.product = l.product LIMIT 1) further ON true
     LEFT JOIN LATERAL (SELECT true AS found FROM statement_lines d
       WHERE d.related_to <> '' AND d.run_id = l.run_id AND d.related_to = l.object_id AND d.product = l.product LIMIT 1) others ON true
     CROSS JOIN LATERAL (
       SELECT coalesce(sum(k.amount_minor) FILTER (WHERE k.product = 'refund'), 0) AS refunds,
         coalesce(sum(CASE k.product WHEN 'chargeback' THEN k.amount_minor WHEN 'chargeback_reversal' THEN -k.amount_minor END), 0) AS chargebacks,
         coalesce(sum(k.amount_minor) FILTER (WHERE k.product IN ('payout_return', 'refund_reversal')), 0) AS returns
       FROM statement_lines k WHERE l.related_to <> '' AND k.related_to <> '' AND k.run_id = l.run_id AND k.related_to = l.related_to
     ) taken
     ORDER BY l.line_no`,
    [page.runId, page.after, page.limit],
  );
  return rows.map((row) => ({
    ...row,
    refundsMinor: BigInt(row.refundsMinor),
    chargebacksMinor: BigInt(row.chargebacksMinor),
    returnsMinor: BigInt(row.returnsMinor),
  }));
}

/** Smallest or largest UUIDv7 of an instant: our ids follow time, so the primary key finds them by it. */
function uuidAt(instant: string, filler: "0" | "f"): string {
  return `(lpad(to_hex((extract(epoch FROM ${instant}) * 1000)::bigint), 12, '0') || repeat('${filler}', 20))::uuid`;
}

/** Notes what the lines were matched to. */
export async function updateLineMatches(
  db: Queryable,
  runId: string,
  matches: { lineNo: bigint; method: string; score: number; transactionId: string | null }[],
): Promise<void> {
  await db.query(
    `UPDATE statement_lines l SET match_method = m.method, match_score = m.score, transaction_id = m.transaction_id
     FROM unnest($2::bigint[], $3::text[], $4::smallint[], $5::uuid[]) AS m (line_no, method, score, transaction_id)
     WHERE l.run_id = $1 AND l.line_no = m.line_no`,
    [
      runId,
      matches.map(({ lineNo }) => lineNo),
      matches.map(({ method }) => method),
      matches.map(({ score }) => score),
      matches.map(({ transactionId }) => transactionId),
    ],
  );
}

/** Something that we booked in the window, and whether the file has it. */
export interface StatedEntryRow {
  /** Where the next page goes on. */
  place: string;
  journalEntryId: string;
  event: string;
  /** The deposit or withdrawal that it is about. */
  transactionId: string;
  kind: string;
  isStated: boolean;
}

/**
 * The next entries about money at Revio that, by Revio's clock, belong to the window, in the order in which they were
 * posted. An entry is posted after what it tells happened, however late.
 */
export async function readStatedEntries(
  db: Queryable,
  page: {
    runId: string;
    from: Date;
    to: Date;
    after: string;
    limit: number;
  },
): Promise<StatedEntryRow[]> {
  const { rows } = await db.query<StatedEntryRow>(
    `SELECT e.posted_at || '|' || e.sequence AS place, e.id AS "journalEntryId", e.event, o.id AS "transactionId", o.kind,
       EXISTS (SELECT FROM statement_lines l WHERE l.run_id = $1 AND l.transaction_id = o.id AND l.product = ANY (CASE e.event
         WHEN 'deposit.completed' THEN '{purchase}' WHEN 'withdrawal.completed' THEN '{payout}' WHEN 'deposit.refunded' THEN '{refund}'
         WHEN 'deposit.charged_back' THEN '{chargeback}' WHEN 'chargeback.reversed' THEN '{chargeback_reversal}'
         ELSE '{payout_return,refund_reversal}' END::text[])) AS "isStated"
     FROM (
       SELECT * FROM journal_entries
       WHERE (posted_at, sequence) > ($4::text::timestamptz, $5::bigint) AND occurred_at >= $2 AND occurred_at < $3
         AND event IN ('deposit.completed', 'withdrawal.completed', 'deposit.refunded', 'deposit.charged_back', 'chargeback.reversed',
           'withdrawal.return_received')
       ORDER BY posted_at, sequence LIMIT $6
     ) e
     JOIN transactions t ON t.id = e.transaction_id
     JOIN transactions o ON o.id = coalesce(t.related_transaction_id, t.id)
     ORDER BY e.posted_at, e.sequence`,
    [page.runId, page.from, page.to, ...placeOf(page.after, page.from), page.limit],
  );
  return rows;
}

/** True if the file has a line of this product. */
export async function hasStatementProduct(
  db: Queryable,
  runId: string,
  product: string,
): Promise<boolean> {
  const { rowCount } = await db.query(
    "SELECT FROM statement_lines WHERE run_id = $1 AND product = $2 LIMIT 1",
    [runId, product],
  );
  return rowCount === 1;
}

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

/** A place in a walk by time and sequence, to the microsecond; the empty one is before everything from `from` on. */
function placeOf(place: string, from: Date): [string, string] {
  const [at, sequence] = place.split("|");
  return sequence === undefined ? [from.toISOString(), "-1"] : [String(at), sequence];
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
