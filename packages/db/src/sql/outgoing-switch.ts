import type { Queryable } from "../pool.ts";
import type { Tx } from "../with-transaction.ts";

export interface OutgoingSwitch {
  /** Null: money may leave. */
  stoppedAt: Date | null;
  reason: string | null;
}

/** Advisory lock class 6 (migration 20261125000600), number 3. */
const lockKey = "(6::bigint << 56) | 3";

export async function readOutgoingSwitch(db: Queryable): Promise<OutgoingSwitch> {
  const { rows } = await db.query<OutgoingSwitch>(
    `SELECT stopped_at AS "stoppedAt", reason FROM outgoing_switch`,
  );
  const [row] = rows;
  if (row === undefined) throw new Error("the outgoing switch has a row");
  return row;
}

/**
 * Reads the switch and keeps it as it is until the end of the database transaction. A shared advisory lock, not FOR SHARE:
 * every withdrawal comes by here, and a row lock would be written to that one row each time.
 */
export async function lockOutgoingSwitch(tx: Tx): Promise<OutgoingSwitch> {
  // A statement of its own: what follows reads what was committed before the lock was had.
  await tx.query(`SELECT pg_advisory_xact_lock_shared(${lockKey})`);
  return readOutgoingSwitch(tx);
}

/** False if it was stopped before. */
export async function stopOutgoingSwitch(
  tx: Tx,
  row: { reason: string; at: Date },
): Promise<boolean> {
  await tx.query(`SELECT pg_advisory_xact_lock(${lockKey})`);
  const { rowCount } = await tx.query(
    "UPDATE outgoing_switch SET stopped_at = $1, reason = $2 WHERE stopped_at IS NULL",
    [row.at, row.reason],
  );
  return rowCount === 1;
}

/** What it was stopped for; undefined if it was not. */
export async function resumeOutgoingSwitch(tx: Tx): Promise<{ reason: string } | undefined> {
  await tx.query(`SELECT pg_advisory_xact_lock(${lockKey})`);
  const before = await readOutgoingSwitch(tx);
  if (before.reason === null) return undefined;
  await tx.query("UPDATE outgoing_switch SET stopped_at = NULL, reason = NULL");
  return { reason: before.reason };
}
