import { AsyncLocalStorage } from "node:async_hooks";
import { DatabaseError, type Pool, type PoolClient } from "pg";
import type { Queryable } from "./pool.ts";

/** An open database transaction. Only `withTransaction` makes one. */
export interface Tx extends Queryable {
  /** Brand: a pool must not be passed where a database transaction is meant. */
  readonly isTransaction: true;
}

/**
 * The connection died while COMMIT was under way: the database transaction may or may not have happened. Or it happened on the
 * primary alone, because somebody ended its wait for the standby: a failover may take it back. Or it is still waiting.
 * The caller finds out by its idempotency key; nobody may guess.
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
/** How long a caller waits for the answer to COMMIT. Less than a partner's client waits for ours. */
const commitPatienceMs = 10_000;

/** A pool may bring a patience of its own: to a simulation, whose time is virtual, ten real seconds mean nothing. */
interface PatientPool extends Pool {
  commitPatienceMs?: number;
}

export interface TransactionOptions {
  /** How long to wait for an account lock, if not the 4 s of the pool; workers 10 s. */
  lockTimeoutMs?: number;
  /** Spread of the pause between attempts, injected by tests. */
  random?: () => number;
  /** Instead of 10 s, injected by tests. */
  commitPatienceMs?: number;
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
      return await runOnce(pool, work, options);
    } catch (error) {
      if (attempt === attempts || !isRetryable(error)) throw error;
      await pause((options.random ?? Math.random)() * 20 * 2 ** attempt);
    }
  }
}

async function runOnce<Result>(
  pool: PatientPool,
  work: (tx: Tx) => Promise<Result>,
  options: TransactionOptions,
): Promise<Result> {
  const patienceMs = options.commitPatienceMs ?? pool.commitPatienceMs ?? commitPatienceMs;
  const client = await pool.connect();
  // A connection that dies between two statements emits an error, which would end the process if nobody listened.
  // The next statement on it fails, and that is where it is dealt with.
  client.on("error", ignore);
  let phase: "open" | "committing" | "over" = "open";
  let reusable = false;
  const { warnings, stopHearing } = hearWarnings(client, () => phase === "committing");
  const giveBack = (isReusable: boolean): void => {
    client.removeListener("error", ignore);
    stopHearing();
    client.release(!isReusable);
  };
  let isStillCommitting = false;
  try {
    await client.query(begin(options.lockTimeoutMs));
    const result = await scope.run(true, () => work(asTx(client, () => phase === "open")));
    phase = "committing";
    const commit = client.query("COMMIT");
    if (!(await settlesWithin(commit, patienceMs))) {
      // Without a standby the server answers no COMMIT, and no timeout of its own ends that. The caller gets an answer all
      // the same; the connection stays taken, or each of them would leave a waiting backend behind.
      phase = "over";
      isStillCommitting = true;
      commit.then(
        () => giveBack(true),
        () => giveBack(false),
      );
      throw new CommitOutcomeUnknown("no answer to COMMIT yet");
    }
    const { command } = await commit;
    phase = "over";
    reusable = true;
    if (warnings.length > 0) {
      throw new CommitOutcomeUnknown("COMMIT succeeded with a warning", {
        cause: new Error(warnings.join("; ")),
      });
    }
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
    reusable = await rollBack(client);
    // Only a server that reports an error and then goes on has surely not committed: one that is shut down while it
    // waits for its standby reports an error too, and has.
    if (wasCommitting && !(reusable && error instanceof DatabaseError)) {
      throw new CommitOutcomeUnknown("connection lost during COMMIT", { cause: error });
    }
    throw error;
  } finally {
    if (!isStillCommitting) giveBack(reusable);
  }
}

interface Notice {
  code: string | undefined;
  message: string | undefined;
}

/**
 * What the server warns of (class 01) while COMMIT is under way: pg_cancel_backend on one that waits for its standby makes
 * it succeed, with nothing but a warning.
 */
function hearWarnings(client: PoolClient, isCommitting: () => boolean) {
  const warnings: string[] = [];
  const onNotice = ({ code, message }: Notice) => {
    if (isCommitting() && code?.startsWith("01") === true) warnings.push(message ?? code);
  };
  client.on("notice", onNotice);
  return { warnings, stopHearing: () => client.removeListener("notice", onNotice) };
}

/** Whether it settles in time, well or badly. */
async function settlesWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const settled = work.then(
    () => true,
    () => true,
  );
  try {
    return await Promise.race([settled, late]);
  } finally {
    clearTimeout(timer);
  }
}

function ignore(): void {}

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
