import type { Queryable } from "../pool.ts";

/** What became of the transactions that were created in one period. Minor units, seconds. */
export interface SeriesRow {
  /** Which period, from 0. */
  place: number;
  kind: string;
  created: number;
  completed: number;
  /** Failed, expired, rejected, returned. */
  unsuccessful: number;
  /** By the user or an operator. */
  cancelled: number;
  /** Not ended yet. */
  open: number;
  completedMinor: bigint;
  /** From creation to completion, of those completed. */
  p50Seconds: number | null;
  p95Seconds: number | null;
}

/**
 * By period and kind, those without any left out. Reads what was created in between, by its index, and no more.
 *
 * @param filter.bounds beginnings of the periods and the end of the last, in order
 */
export async function readTransactionSeries(
  db: Queryable,
  filter: { bounds: readonly Date[]; kinds: readonly string[]; currency: string },
): Promise<SeriesRow[]> {
  const { rows } = await db.query<SeriesRow & { completedMinor: string }>(
    `SELECT width_bucket(created_at, $1::timestamptz[]) - 1 AS place, kind, count(*)::int AS created,
       count(*) FILTER (WHERE status IN ('completed', 'reversed'))::int AS completed,
       count(*) FILTER (WHERE status IN ('failed', 'expired', 'rejected', 'returned'))::int AS unsuccessful,
       count(*) FILTER (WHERE status = 'cancelled')::int AS cancelled,
       count(*) FILTER (WHERE status IN ('created', 'awaiting_payment', 'awaiting_approval', 'queued', 'processing', 'in_doubt', 'in_review'))::int AS open,
       coalesce(sum(amount_minor) FILTER (WHERE status IN ('completed', 'reversed')), 0) AS "completedMinor",
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM completed_at - created_at)::float8) AS "p50Seconds",
       percentile_cont(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM completed_at - created_at)::float8) AS "p95Seconds"
     FROM transactions
     WHERE created_at >= $2 AND created_at < $3 AND kind = ANY ($4::text[]) AND currency = $5
     GROUP BY 1, 2 ORDER BY 1, 2`,
    [filter.bounds, filter.bounds[0], filter.bounds.at(-1), filter.kinds, filter.currency],
  );
  return rows.map((row) => ({ ...row, completedMinor: BigInt(row.completedMinor) }));
}
