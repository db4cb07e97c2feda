import type { Queryable } from "../pool.ts";
import type { StatementLineRow } from "./statement-files.ts";
import { placeOf } from "./walk-by-time.ts";

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

/** What became of a line: it agrees, it does not, or another run judges it. */
export type LineVerdict = "matched" | "break" | "ignored";

/** Notes what the lines were matched to, and what became of each. */
export async function updateLineMatches(
  db: Queryable,
  runId: string,
  matches: {
    lineNo: bigint;
    method: string;
    score: number;
    transactionId: string | null;
    verdict: LineVerdict;
  }[],
): Promise<void> {
  await db.query(
    `UPDATE statement_lines l SET match_method = m.method, match_score = m.score, transaction_id = m.transaction_id, verdict = m.verdict
     FROM unnest($2::bigint[], $3::text[], $4::smallint[], $5::uuid[], $6::text[]) AS m (line_no, method, score, transaction_id, verdict)
     WHERE l.run_id = $1 AND l.line_no = m.line_no`,
    [
      runId,
      matches.map(({ lineNo }) => lineNo),
      matches.map(({ method }) => method),
      matches.map(({ score }) => score),
      matches.map(({ transactionId }) => transactionId),
      matches.map(({ verdict }) => verdict),
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
