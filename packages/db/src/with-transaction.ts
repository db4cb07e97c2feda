import { AsyncLocalStorage } from "node:async_hooks";
import { DatabaseError, type Pool, type PoolClient } from "pg";
import type { Queryable } from "./pool.ts";

/** An open database transaction. Only `withTransaction` makes one. */
export interface Tx extends Queryable {
  /** Brand: a pool must not be passed where a database transaction is meant. */
  readonly isTransaction: true;
}

/**
 * The connection died while COMMIT was under way, or the server did not answer it in time, or gave up waiting for its standby:
 * the database transaction may or may not have happened, or may be lost in a failover. The caller finds out by its idempotency key; nobody may guess.
 */
export class CommitOutcomeUnknown extends Error {
  override readonly name = "CommitOutcomeUnknown";
}

/** Set while code runs inside the `work` of a database transaction, however deep. */
const scope = new AsyncLocalStorage<true>();

/** True in code that a database transaction waits for: there, nobody outside may be asked anything. */
export function isInTransaction(): boolean {
  return scope.getStore() === true;
}

/**
 * serialization_failure, deadlock_detected: nothing happened, and the other side is through. Not lock_not_available: its
 * holder stalls, and to wait for it five times over would keep connections from everybody else.
 */
const retryable = new Set(["40001", "40P01"]);
const attempts = 5;

export interface TransactionOptions {
  /** How long to wait for an account lock, if not the 4 s of the pool; workers 10 s. */
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
 * On a deadlock or serialization conflict the whole of `work` runs again, up to five times: it must have no effect outside
 * the database, in particular no provider call. Any unclear error destroys the connection instead of pooling it.
 */
export async function withTransaction<Result>(
  pool: Pool,
  work: (tx: Tx) => Promise<Result>,
  options: TransactionOptions = {},
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await runOnce(pool, work, options.lockTimeoutMs);
    } catch (error) {
      if (attempt === attempts || !isRetryable(error)) throw error;
      await pause((options.random ?? Math.random)() * 20 * 2 ** attempt);
    }
  }
}

async function runOnce<Result>(
  pool: Pool,
  work: (tx: Tx) => Promise<Result>,
  lockTimeoutMs: number | undefined,
): Promise<Result> {
  const client = await pool.connect();
  // A connection that dies between two statements emits an error, which would end the process if nobody listened.
  // The next statement on it fails, and that is where it is dealt with.
  client.on("error", ignore);
  let phase: "open" | "committing" | "over" = "open";
  // A cancelled wait for the standby is no error: COMMIT succeeds, with a warning that it may be lost in a failover.
  let warning: string | undefined;
  const onNotice = ({
    code,
    message,
  }: {
    code?: string | undefined;
    message?: string | undefined;
  }) => {
    if (phase === "committing" && code !== "00000") warning = message;
  };
  client.on("notice", onNotice);
  let reusable = false;
  try {
    await client.query(begin(lockTimeoutMs));
    const result = await scope.run(true, () => work(asTx(client, () => phase === "open")));
    phase = "committing";
    const { command } = await client.query(commit);
    phase = "over";
    reusable = warning === undefined;
    if (warning !== undefined) throw new CommitOutcomeUnknown(`COMMIT with a warning: ${warning}`);
    // A database transaction in which a statement failed answers COMMIT with ROLLBACK, without an error.
    if (command !== "COMMIT") {
      throw new Error(
        "a statement failed and was ignored: the database transaction was rolled back",
      );
    }
    return result;
  } catch (error) {
    if (phase === "over") throw error;
    const wasCommitting = phase === "committing";
    phase = "over";
    // Nothing can be said to a server that is still at its COMMIT.
    reusable = !isNoAnswer(error) && (await rollBack(client));
    // Only a server that reports an error and then goes on has surely not committed: one that is shut down while it
    // waits for its standby reports an error too, and has.
    if (wasCommitting && !(reusable && error instanceof DatabaseError)) {
      throw new CommitOutcomeUnknown("connection lost during COMMIT", { cause: error });
    }
    throw error;
  } finally {
    client.removeListener("error", ignore);
    client.removeListener("notice", onNotice);
    client.release(!reusable);
  }
}

function ignore(): void {}

/** With its standby gone the server waits in COMMIT without end, and no time-out of its own ends that. Milliseconds. */
const commit = { text: "COMMIT", query_timeout: 10_000 };

/** The error that pg gives then; it has no code. */
function isNoAnswer(error: unknown): boolean {
  return error instanceof Error && error.message === "Query read timeout";
}

/** Pools of `createPool` have a lock timeout already; only another one costs a statement. */
function begin(lockTimeoutMs: number | undefined): string {
  const start = "BEGIN ISOLATION LEVEL READ COMMITTED";
  return lockTimeoutMs === undefined
    ? start
    : `${start}; SET LOCAL lock_timeout = ${Math.trunc(lockTimeoutMs)}`;
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

function asTx(client: PoolClient, isOpen: () => boolean): Tx {
  return {
    isTransaction: true,
    async query(statement, values) {
      // The connection may already serve somebody else.
      if (!isOpen()) throw new Error("statement after the end of its database transaction");
      return client.query(statement, values);
    },
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
