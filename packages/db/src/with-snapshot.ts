import type { Pool } from "pg";
import type { Queryable } from "./pool.ts";

/**
 * Runs reads that must agree with each other: one read-only database transaction on one snapshot. A statement may take
 * `timeoutSeconds`; a full check reads everything, and takes longer than a request may.
 */
export async function withSnapshot<Result>(
  pool: Pool,
  work: (db: Queryable) => Promise<Result>,
  { timeoutSeconds = 600 }: { timeoutSeconds?: number } = {},
): Promise<Result> {
  const client = await pool.connect();
  let clean = false;
  try {
    await client.query(
      `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = '${timeoutSeconds}s'`,
    );
    const result = await work({ query: (statement, values) => client.query(statement, values) });
    await client.query("COMMIT");
    clean = true;
    return result;
  } finally {
    client.release(!clean);
  }
}
