import type { MoneyWorld } from "./money-world.ts";

/**
 * Waits until every database transaction from before now is over, those of other tests on the same server too: a checkpoint,
 * a chain and a certificate reach no further than the oldest that runs.
 */
export async function olderAreOver({ superuser }: Pick<MoneyWorld, "superuser">): Promise<void> {
  const now = await superuser.query<{ xid: string }>("SELECT pg_current_xact_id()::text AS xid");
  for (const deadline = Date.now() + 20_000; ;) {
    const { rows } = await superuser.query<{ over: boolean }>(
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
