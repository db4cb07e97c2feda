import type { Queryable } from "../pool.ts";

/** Longer than any test holds one open, the seeding of test data included. */
const patienceMs = 40_000;

/**
 * Waits until every database transaction from before now is over, those of other tests on the same server too: a checkpoint,
 * a chain and a certificate reach no further than the oldest that runs.
 */
export async function olderAreOver(db: Queryable): Promise<void> {
  const now = await db.query<{ xid: string }>("SELECT pg_current_xact_id()::text AS xid");
  for (const deadline = Date.now() + patienceMs; ;) {
    const { rows } = await db.query<{ over: boolean }>(
      "SELECT pg_snapshot_xmin(pg_current_snapshot()) > $1::xid8 AS over",
      [now.rows[0]?.xid],
    );
    if (rows[0]?.over === true) return;
    if (Date.now() > deadline) throw new Error("an older database transaction does not end");
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
}
