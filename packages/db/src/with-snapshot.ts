import type { Pool } from "pg";
import type { Queryable } from "./pool.ts";

/**
 * Runs reads that must agree with each other: one read-only database transaction on one snapshot.
 *
 * @param statementTimeout how long a statement may take, in PostgreSQL's words; a full check reads everything, and may take
 * longer than a request
 */
export async function withSnapshot<Result>(
  pool: Pool,
  work: (db: Queryable) => Promise<Result>,
  statementTimeout: "10min" | "15s" = "10min",
): Promise<Result> {
  const client = await pool.connect();
  let clean = false;
  try {
    await client.query(
      `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = '${statementTimeout}'`,
    );
    const result = await work({ query: (statement, values) => client.query(statement, values) });
    await client.query("COMMIT");
    clean = true;
    return result;
  } finally {
    client.release(!clean);
  }
}
