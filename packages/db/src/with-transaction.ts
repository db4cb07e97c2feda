import { DatabaseError, type Pool, type PoolClient } from "pg";
import type { Queryable } from "./pool.ts";

/** An open database transaction. Only `withTransaction` makes one. */
export interface Tx extends Queryable {
  /** Brand: a pool must not be passed where a database transaction is meant. */
  readonly isTransaction: true;
}

/**
 * The connection died while COMMIT was under way: the database transaction may or may not have happened.
 * The caller finds out by its idempotency key; nobody may guess.
 */
export class CommitOutcomeUnknown extends Error {
  override readonly name = "CommitOutcomeUnknown";
}

/** serialization_failure, deadlock_detected, lock_not_available: nothing happened, the whole may run again. */
const retryable = new Set(["40001", "40P01", "55P03"]);
const attempts = 5;

export interface TransactionOptions {
  /** How long to wait for an account lock; requests 4 s, workers 10 s. */
  lockTimeoutMs?: number;
  /** Spread of the pause between attempts, injected by tests. */
  random?: () => number;
}

/**
 * Runs `work` in one flat READ COMMITTED database transaction and commits it.
 *
 * READ COMMITTED on purpose: each statement sees what was committed before it, so a read after taking an account lock
 * sees the winner's work. (Under REPEATABLE READ the snapshot is older than the lock, and the account overdraws.)
 *
 * On a lock or serialization conflict the whole of `work` runs again, up to five times: it must have no effect outside
 * the database, in particular no provider call. Any unclear error destroys the connection instead of pooling it.
 */
export async function withTransaction<Result>(
  pool: Pool,
  work: (tx: Tx) => Promise<Result>,
  options: TransactionOptions = {},
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await runOnce(pool, work, options.lockTimeoutMs ?? 4_000);
    } catch (error) {
      if (attempt === attempts || !isRetryable(error)) throw error;
      await pause((options.random ?? Math.random)() * 20 * 2 ** attempt);
    }
  }
}

async function runOnce<Result>(
  pool: Pool,
  work: (tx: Tx) => Promise<Result>,
  lockTimeoutMs: number,
): Promise<Result> {
  const client = await pool.connect();
  let state: "open" | "committing" | "done" = "open";
  try {
    await client.query(
      `BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = ${Math.trunc(lockTimeoutMs)}`,
    );
    const result = await work(asTx(client));
    state = "committing";
    // A database transaction in which a statement failed answers COMMIT with ROLLBACK, without an error.
    const { command } = await client.query("COMMIT");
    if (command !== "COMMIT") throw new Error("the database transaction was aborted before COMMIT");
    state = "done";
    return result;
  } catch (error) {
    if (state === "committing" && !(error instanceof DatabaseError)) {
      throw new CommitOutcomeUnknown("connection lost during COMMIT", { cause: error });
    }
    if (await rollBack(client)) state = "done";
    throw error;
  } finally {
    client.release(state !== "done");
  }
}

/** True if the server confirmed the rollback, so that the connection may be used again. */
async function rollBack(client: PoolClient): Promise<boolean> {
  try {
    await client.query("ROLLBACK");
    return true;
  } catch {
    return false;
  }
}

function asTx(client: PoolClient): Tx {
  return {
    isTransaction: true,
    query: (statement, values) => client.query(statement, values),
  };
}

function isRetryable(error: unknown): boolean {
  return error instanceof DatabaseError && retryable.has(error.code ?? "");
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
