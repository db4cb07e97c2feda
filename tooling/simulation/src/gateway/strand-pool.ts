import type { Pool } from "pg";
import { DatabaseError } from "pg";
import { type Scheduler } from "../scheduler.ts";
import { Killed, type Strand } from "../strand.ts";
import type { Connection, SimDatabase } from "./sim-database.ts";

/**
 * What may go wrong with a statement. `cut_after`: it took effect, and the answer was lost. `unconfirmed_*`, of a COMMIT:
 * somebody ended its wait for the standby, so that it answers with a warning; in a failover at that moment it is kept or lost.
 */
export type StatementFault =
  | "cut_before"
  | "cut_after"
  | "serialization"
  | "unconfirmed_kept"
  | "unconfirmed_lost"
  | undefined;

/** Never reached: how long a COMMIT takes is a matter of turns here, not of real time. */
const commitPatienceMs = 2 ** 31 - 1;

/** As the server puts it. */
const unconfirmed = {
  code: "01000",
  message: "canceling wait for synchronous replication due to user request",
};

export interface StrandPoolPorts {
  scheduler: Scheduler;
  database: SimDatabase;
  fault(strand: Strand, sql: string): StatementFault;
  /** Chance to send something else instead: planted bugs. */
  rewrite(sql: string, values: unknown[] | undefined): string;
  /** After a COMMIT that was acknowledged by the server; `wrote` names what the database transaction said to it. */
  onCommit(strand: Strand, statements: readonly string[]): Promise<void>;
}

interface Result {
  rowCount: number | null;
  rows: unknown[];
  command: string;
}

type Statement = string | { text: string; values?: unknown[]; name?: string };

/** First words of a statement, on one line. */
function labelOf(sql: string): string {
  return sql.replaceAll(/\s+/g, " ").trim().slice(0, 60);
}

/** A pool as core sees it: every statement of it is a yield point before and after, and may be cut. */
export function strandPool(ports: StrandPoolPorts, strand: Strand): Pool {
  const { database } = ports;
  const pool = {
    commitPatienceMs,
    connect: async () => {
      if (strand.process?.dead) throw new Killed("dead before connect");
      return strandClient(ports, strand, await database.acquire());
    },
    query: async (statement: Statement, values?: unknown[]) => {
      if (strand.process?.dead) throw new Killed("dead before connect");
      const connection = await database.acquire();
      try {
        const result = await run(ports, strand, connection, statement, values);
        await ports.onCommit(strand, [textOf(statement)]);
        return result;
      } finally {
        // In a database transaction of its own: it is over, whatever came of it.
        database.giveBack(connection);
      }
    },
  };
  return pool as unknown as Pool;
}

function strandClient(ports: StrandPoolPorts, strand: Strand, connection: Connection) {
  let open = false;
  let statements: string[] = [];
  const notices = new Set<(notice: typeof unconfirmed) => void>();
  const setOpen = (now: boolean) => {
    if (now !== open) strand.openTransactions += now ? 1 : -1;
    open = now;
  };
  return {
    query: async (statement: Statement, values?: unknown[]) => {
      const text = textOf(statement);
      if (text.startsWith("BEGIN")) {
        setOpen(true);
        statements = [];
      }
      const result = await run(ports, strand, connection, statement, values, (fault) => {
        if (fault?.startsWith("unconfirmed") === true)
          for (const hear of notices) hear(unconfirmed);
        if (text === "COMMIT") return ports.onCommit(strand, statements);
        statements.push(text);
        return Promise.resolve();
      });
      if (text === "COMMIT" || text === "ROLLBACK") setOpen(false);
      return result;
    },
    release: (destroy?: boolean) => {
      setOpen(false);
      if (destroy === true || strand.process?.dead || connection.dead) {
        ports.database.giveUp(connection);
      } else ports.database.giveBack(connection);
    },
    on: (event: string, listener: (notice: typeof unconfirmed) => void) => {
      if (event === "notice") notices.add(listener);
    },
    removeListener: (_: string, listener: (notice: typeof unconfirmed) => void) => {
      notices.delete(listener);
    },
  };
}

function textOf(statement: Statement): string {
  return typeof statement === "string" ? statement : statement.text;
}

async function run(
  ports: StrandPoolPorts,
  strand: Strand,
  connection: Connection,
  statement: Statement,
  values: unknown[] | undefined,
  onSuccess?: (fault: StatementFault) => Promise<void>,
): Promise<Result> {
  const { scheduler, database } = ports;
  const label = labelOf(textOf(statement));
  if (connection.dead) throw connectionLost();
  await scheduler.point(strand, `> ${label}`);
  const fault = ports.fault(strand, textOf(statement));
  if (fault === "cut_before") {
    await database.cut(connection);
    await scheduler.point(strand, `cut before ${label}`);
    throw connectionLost();
  }
  let result: Result | undefined;
  let failure: unknown;
  strand.inFlight = connection.pid;
  try {
    result = await send(ports, connection, statement, values, fault);
    strand.inFlight = undefined;
    await onSuccess?.(fault);
  } catch (error) {
    failure = database.wasDeadlocked(connection.pid) ? deadlock() : error;
    // The server tells of an error before it lets go of the locks: nobody moves until it has.
    if (error instanceof DatabaseError) await connection.client.query("").catch(() => undefined);
  }
  strand.inFlight = undefined;
  if (strand.process?.dead) throw new Killed(`killed during ${label}`);
  if (fault === "cut_after") {
    await database.cut(connection);
    await scheduler.point(strand, `cut after ${label}`);
    throw connectionLost();
  }
  const outcome = result === undefined ? codeOf(failure) : String(result.rowCount);
  await scheduler.point(strand, `< ${label}: ${outcome}`);
  if (result === undefined) throw failure;
  return result;
}

async function send(
  ports: StrandPoolPorts,
  { client }: Connection,
  statement: Statement,
  values: unknown[] | undefined,
  fault: StatementFault,
): Promise<Result> {
  if (fault === "serialization") {
    // The server refuses: the database transaction is over, as after a real conflict.
    return client.query(
      "DO $$ BEGIN RAISE EXCEPTION 'conflict' USING ERRCODE = 'serialization_failure'; END $$",
    );
  }
  if (fault === "unconfirmed_lost") {
    await client.query("ROLLBACK");
    return { command: "COMMIT", rowCount: null, rows: [] };
  }
  if (typeof statement !== "string") {
    return client.query({ ...statement, text: ports.rewrite(statement.text, statement.values) });
  }
  // Server time decides nothing: whoever waits for a lock waits until the scheduler says so.
  const text = statement.replace(/SET LOCAL lock_timeout = \d+/, "SET LOCAL lock_timeout = 0");
  const sql = ports.rewrite(text, values);
  return values === undefined ? client.query(sql) : client.query(sql, values);
}

function connectionLost(): Error {
  return new Error("Connection terminated unexpectedly");
}

function deadlock(): DatabaseError {
  const error = new DatabaseError("deadlock detected", 0, "error");
  error.code = "40P01";
  return error;
}

function codeOf(error: unknown): string {
  if (error instanceof DatabaseError) return error.code ?? error.name;
  return error instanceof Error ? error.name : "unknown";
}
