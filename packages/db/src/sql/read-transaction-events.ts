import type { Queryable } from "../pool.ts";

export interface TransactionEventRow {
  transactionId: string;
  toStatus: string;
  cause: string;
  occurredAt: Date;
  xid: bigint;
  sequence: bigint;
}

/**
 * A user's events after (xid, sequence), in that order. Events of database transactions that may still commit before one
 * that is visible already are held back with everything after them.
 */
export async function readTransactionEvents(
  db: Queryable,
  filter: { userId: string; xid: bigint; sequence: bigint; limit: number },
): Promise<TransactionEventRow[]> {
  const { rows } = await db.query<TransactionEventRow>(
    `SELECT transaction_id AS "transactionId", to_status AS "toStatus", cause, occurred_at AS "occurredAt",
            created_xid::text::bigint AS xid, sequence
     FROM transaction_events
     WHERE user_id = $1 AND (created_xid, sequence) > ($2::text::xid8, $3)
       AND created_xid < pg_snapshot_xmin(pg_current_snapshot())
     ORDER BY created_xid, sequence LIMIT $4`,
    [filter.userId, filter.xid.toString(), filter.sequence, filter.limit],
  );
  return rows;
}

/** Place of the newest event that readTransactionEvents would give. */
export async function readTransactionEventsEnd(
  db: Queryable,
  userId: string,
): Promise<{ xid: bigint; sequence: bigint }> {
  const { rows } = await db.query<{ xid: bigint; sequence: bigint }>(
    `SELECT created_xid::text::bigint AS xid, sequence FROM transaction_events
     WHERE user_id = $1 AND created_xid < pg_snapshot_xmin(pg_current_snapshot())
     ORDER BY created_xid DESC, sequence DESC LIMIT 1`,
    [userId],
  );
  return rows[0] ?? { xid: 0n, sequence: 0n };
}
