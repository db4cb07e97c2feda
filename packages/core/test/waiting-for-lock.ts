import type { Pool } from "pg";

/**
 * Resolves when so many statements of this database wait for a lock: races are arranged, not hoped for. Ask through a
 * pool: inside a database transaction PostgreSQL shows the activity of its first look for ever.
 */
export async function waitingForLock(pool: Pool, statements = 1): Promise<void> {
  for (const deadline = Date.now() + 10_000; ;) {
    const { rowCount } = await pool.query(
      "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
    );
    if ((rowCount ?? 0) >= statements) return;
    if (Date.now() > deadline) throw new Error(`only ${rowCount} statements wait for a lock`);
    await new Promise((resolve) => {
      setTimeout(resolve, 10);
    });
  }
}
