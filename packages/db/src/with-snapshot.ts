import type { Pool } from "pg";
import type { Queryable } from "./pool.ts";

/** Runs reads that must agree with each other: one read-only database transaction on one snapshot. */
export async function withSnapshot<Result>(
  pool: Pool,
  work: (db: Queryable) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  let clean = false;
  try {
    // A full check reads everything: it may take longer than a request.
    await client.query(
      "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = '10min'",
    );
    const result = await work({ query: (statement, values) => client.query(statement, values) });
    await client.query("COMMIT");
    clean = true;
    return result;
  } finally {
    client.release(!clean);
  }
}
