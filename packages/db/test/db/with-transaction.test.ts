import { randomUUID } from "node:crypto";
import type { Pool } from "pg";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createPool } from "../../src/pool.ts";
import { CommitOutcomeUnknown, withTransaction, type Tx } from "../../src/with-transaction.ts";
import { available, balanceOf, openUser, payIn, post } from "../support/ledger.ts";
import { sampleRows, type World } from "../support/sample-rows.ts";
import { insertRow, insertWorld } from "../support/sample-world.ts";
import { sqlState } from "../support/sql-state.ts";
import { startTcpProxy, type TcpProxy } from "../support/tcp-proxy.ts";
import { expectRefused, useDatabase, withClient } from "../support/test-database.ts";

const database = useDatabase();
let world: World;
beforeAll(async () => {
  world = await insertWorld(database.pool, database.owner);
});

/** Something to write, and to look for afterwards. */
const note = () => ({ ...sampleRows["audit_events"]?.(world), subject_id: randomUUID() });
const isWritten = async (row: { subject_id: string }) =>
  (await database.pool.query("SELECT 1 FROM audit_events WHERE subject_id = $1", [row.subject_id]))
    .rowCount === 1;
const backendPid = async (tx: Pick<Tx, "query">) =>
  (await tx.query<{ pid: number }>("SELECT pg_backend_pid() AS pid")).rows[0]?.pid;
const raise = (code: string) =>
  `DO $$ BEGIN RAISE EXCEPTION 'staged' USING ERRCODE = '${code}'; END $$`;

/** A pool of one connection, so that the next borrower is the one who would inherit. */
let pool: Pool;
beforeEach(() => {
  pool = createPool({ connectionString: database.appUrl, max: 1 });
});
afterEach(async () => {
  await pool.end();
});

describe("commit and rollback", () => {
  test("commits what work did and returns its result", async () => {
    const row = note();
    expect(
      await withTransaction(pool, async (tx) => {
        await insertRow(tx, "audit_events", row);
        return 42;
      }),
    ).toBe(42);
    expect(await isWritten(row)).toBe(true);
  });

  test("rolls back when work throws, and passes the error on", async () => {
    const row = note();
    const failure = new Error("no");
    await expect(
      withTransaction(pool, async (tx) => {
        await insertRow(tx, "audit_events", row);
        throw failure;
      }),
    ).rejects.toBe(failure);
    expect(await isWritten(row)).toBe(false);
  });

  test("is READ COMMITTED, whatever the default of the role", async () => {
    const strict = createPool({
      connectionString: `${database.appUrl}?options=-c%20default_transaction_isolation%3Dserializable`,
    });
    try {
      const { rows } = await withTransaction(strict, (tx) =>
        tx.query<{ transaction_isolation: string }>("SHOW transaction_isolation"),
      );
      expect(rows[0]?.transaction_isolation).toBe("read committed");
    } finally {
      await strict.end();
    }
  });

  test("a failed statement that work ignores does not commit, and does not pass for success", async () => {
    const row = note();
    let attempts = 0;
    const outcome = withTransaction(pool, async (tx) => {
      attempts += 1;
      await insertRow(tx, "audit_events", row);
      await tx.query("SELECT 1/0").catch(() => undefined);
      return "looks fine";
    });
    await expect(outcome).rejects.toThrow("a statement failed and was ignored");
    await expect(outcome).rejects.not.toBeInstanceOf(CommitOutcomeUnknown);
    expect(attempts).toBe(1);
    expect(await isWritten(row)).toBe(false);
  });

  test("a constraint that fails at COMMIT is that error, and nothing is written", async () => {
    // The application cannot make one, so the owner does: an entry without postings.
    await withClient(database.ownerUrl, async () => {
      const id = randomUUID();
      await expectRefused(
        withTransaction(database.owner, (tx) =>
          tx.query(
            `INSERT INTO journal_entries (id, entry_key, event, fingerprint, occurred_at, posted_at)
             VALUES ($1, $1::uuid::text, 'test', sha256('x'), now(), now())`,
            [id],
          ),
        ),
        sqlState.check,
      );
      const { rowCount } = await database.owner.query(
        "SELECT 1 FROM journal_entries WHERE id = $1",
        [id],
      );
      expect(rowCount).toBe(0);
    });
  });
});

describe("retries", () => {
  test.each([sqlState.serialization, sqlState.deadlock])(
    "%s: the whole of work runs again",
    async (code) => {
      const rows: { subject_id: string }[] = [];
      await withTransaction(
        pool,
        async (tx) => {
          const row = note();
          rows.push(row);
          await insertRow(tx, "audit_events", row);
          if (rows.length < 3) await tx.query(raise(code));
        },
        { random: () => 0 },
      );
      expect(await Promise.all(rows.map(isWritten))).toEqual([false, false, true]);
    },
  );

  test("five attempts, then the error", async () => {
    let attempts = 0;
    await expectRefused(
      withTransaction(
        pool,
        async (tx) => {
          attempts += 1;
          await tx.query(raise(sqlState.serialization));
        },
        { random: () => 0 },
      ),
      sqlState.serialization,
    );
    expect(attempts).toBe(5);
  });

  test("any other error at once", async () => {
    let attempts = 0;
    await expectRefused(
      withTransaction(pool, async (tx) => {
        attempts += 1;
        await tx.query(raise(sqlState.check));
      }),
      sqlState.check,
    );
    expect(attempts).toBe(1);
  });

  test("a lock that is held for longer than the timeout: the error after one wait", async () => {
    const userId = await openUser(database.pool, 5n);
    await withTransaction(database.pool, async (holder) => {
      await post(holder, payIn(userId, 1n));
      let waits = 0;
      await expectRefused(
        withTransaction(
          pool,
          (tx) => {
            waits += 1;
            return post(tx, payIn(userId, 1n));
          },
          { lockTimeoutMs: 50 },
        ),
        sqlState.lockTimeout,
      );
      expect(waits).toBe(1);
    });
    expect(await balanceOf(database.pool, available(userId))).toBe(6n);
  });

  test("without a timeout of its own the pool's 4 s hold", async () => {
    const { rows } = await withTransaction(pool, (tx) =>
      tx.query<{ lock_timeout: string }>("SHOW lock_timeout"),
    );
    expect(rows[0]?.lock_timeout).toBe("4s");
  });
});

describe("the next borrower", () => {
  test("gets the same connection after a clean error, with nothing left in it", async () => {
    const row = note();
    let pid: number | undefined;
    await expect(
      withTransaction(
        pool,
        async (tx) => {
          pid = await backendPid(tx);
          await insertRow(tx, "audit_events", row);
          await tx.query("SET LOCAL statement_timeout = '1s'");
          throw new Error("no");
        },
        { lockTimeoutMs: 17 },
      ),
    ).rejects.toThrow("no");
    await withTransaction(pool, async (tx) => {
      expect(await backendPid(tx)).toBe(pid);
      const { rows } = await tx.query(
        `SELECT current_setting('lock_timeout') AS lock, current_setting('statement_timeout') AS statement,
                (SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory') AS locks`,
      );
      expect(rows).toEqual([{ lock: "4s", statement: "15s", locks: 0n }]);
    });
    expect(await isWritten(row)).toBe(false);
  });

  test("gets another connection when the old one was lost", async () => {
    let pid: number | undefined;
    await expect(
      withTransaction(pool, async (tx) => {
        pid = await backendPid(tx);
        await withClient(database.superuserUrl, (superuser) =>
          superuser.query("SELECT pg_terminate_backend($1)", [pid]),
        );
        // The connection dies between two statements, when nobody waits for an answer.
        await new Promise((resolve) => setTimeout(resolve, 100));
        await tx.query("SELECT 1");
      }),
    ).rejects.toThrow();
    const next = await withTransaction(pool, backendPid);
    expect(next).not.toBe(pid);
    expect(pool.totalCount).toBe(1);
  });

  test("gets another connection when the server ended it for idling in its database transaction", async () => {
    let pid: number | undefined;
    await expect(
      withTransaction(pool, async (tx) => {
        pid = await backendPid(tx);
        await tx.query("SET LOCAL idle_in_transaction_session_timeout = '50ms'");
        await new Promise((resolve) => setTimeout(resolve, 250));
      }),
    ).rejects.toThrow();
    expect(await withTransaction(pool, backendPid)).not.toBe(pid);
  });

  test("is not disturbed by a statement that comes late", async () => {
    let escaped: Tx | undefined;
    await withTransaction(pool, async (tx) => {
      escaped = tx;
    });
    const row = note();
    await expect(insertRow(escaped!, "audit_events", row)).rejects.toThrow(
      "after the end of its database transaction",
    );
    expect(await isWritten(row)).toBe(false);
  });

  test("waits for a statement that work left running", async () => {
    const row = note();
    await expect(
      withTransaction(pool, async (tx) => {
        void tx.query("SELECT pg_sleep(0.2)").catch(() => undefined);
        void insertRow(tx, "audit_events", row).catch(() => undefined);
        throw new Error("no");
      }),
    ).rejects.toThrow("no");
    expect((await pool.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
    expect(await isWritten(row)).toBe(false);
  });
});

describe("a connection that dies around COMMIT", () => {
  let proxy: TcpProxy;
  let proxied: Pool;
  beforeEach(async () => {
    proxy = await startTcpProxy(database.appUrl);
    proxied = createPool({ connectionString: proxy.url, max: 1 });
  });
  afterEach(async () => {
    await proxied.end();
    await proxy.close();
  });

  test("committed, but the answer is lost: the outcome is unknown, and work does not run again", async () => {
    const row = note();
    let attempts = 0;
    const outcome = withTransaction(proxied, async (tx) => {
      attempts += 1;
      await insertRow(tx, "audit_events", row);
      proxy.dropAnswerTo("COMMIT");
    });
    await expect(outcome).rejects.toBeInstanceOf(CommitOutcomeUnknown);
    expect(attempts).toBe(1);
    await expect.poll(() => isWritten(row)).toBe(true);
    expect(proxied.totalCount).toBe(0);
  });

  test("never arrived: the caller sees the same, and only the database knows", async () => {
    const row = note();
    const outcome = withTransaction(proxied, async (tx) => {
      await insertRow(tx, "audit_events", row);
      proxy.dropMessage("COMMIT");
    });
    await expect(outcome).rejects.toBeInstanceOf(CommitOutcomeUnknown);
    expect(await isWritten(row)).toBe(false);
  });

  test("before COMMIT it is an ordinary error: nothing was written", async () => {
    const row = note();
    const outcome = withTransaction(proxied, async (tx) => {
      await insertRow(tx, "audit_events", row);
      proxy.dropAnswerTo("SELECT 'last'");
      await tx.query("SELECT 'last'");
    });
    await expect(outcome).rejects.toThrow();
    await expect(outcome).rejects.not.toBeInstanceOf(CommitOutcomeUnknown);
    expect(await isWritten(row)).toBe(false);
  });

  test("an idle connection that dies does not end the process, and its death is told", async () => {
    const lost: Error[] = [];
    const watched = createPool({
      connectionString: proxy.url,
      max: 1,
      onConnectionLost: (error) => lost.push(error),
    });
    await watched.query("SELECT 1");
    await withClient(database.superuserUrl, (superuser) =>
      superuser.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = 'idle' AND usename = 'wallet_app'",
      ),
    );
    await expect.poll(() => lost.length).toBe(1);
    expect((await watched.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
    await watched.end();
  });
});

test("the server's own shutdown during COMMIT leaves the outcome unknown", async () => {
  // A server that waits for its standby and is shut down reports 57P01, but has committed. Staged by a deferred trigger
  // that ends its own session: the error arrives in place of the answer to COMMIT, and the connection is gone.
  await database.owner.query(`
    CREATE TABLE staged (id int);
    CREATE FUNCTION end_session() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(5); RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER staged_end AFTER INSERT ON staged DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION end_session();
    GRANT INSERT ON staged TO wallet_app`);
  const outcome = withTransaction(pool, (tx) => tx.query("INSERT INTO staged VALUES (1)"));
  await expect(outcome).rejects.toBeInstanceOf(CommitOutcomeUnknown);
  await expect(outcome).rejects.toMatchObject({ cause: { code: "57P01" } });
});

test("COMMIT that succeeds with a warning leaves the outcome unknown", async () => {
  // pg_cancel_backend on a COMMIT that waits for its standby: it has committed here and nowhere else, and a failover takes it
  // back. PostgreSQL says so in a warning only. Staged by a deferred trigger that warns.
  await database.owner.query(`
    CREATE TABLE warned (id int);
    CREATE FUNCTION warn() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE WARNING 'canceling wait for synchronous replication due to user request'; RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER warned_commit AFTER INSERT ON warned DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION warn();
    GRANT INSERT ON warned TO wallet_app`);
  const outcome = withTransaction(pool, (tx) => tx.query("INSERT INTO warned VALUES (1)"));
  await expect(outcome).rejects.toBeInstanceOf(CommitOutcomeUnknown);
  expect((await database.owner.query("SELECT id FROM warned")).rows).toEqual([{ id: 1 }]);
});

test("a warning before COMMIT, and a notice during it, change nothing", async () => {
  await database.owner.query(`
    CREATE TABLE noticed (id int);
    CREATE FUNCTION notice() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE NOTICE 'nothing of importance'; RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER noticed_commit AFTER INSERT ON noticed DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION notice();
    GRANT INSERT ON noticed TO wallet_app`);
  await withTransaction(pool, async (tx) => {
    await tx.query("DO $$ BEGIN RAISE WARNING 'early'; END $$");
    await tx.query("INSERT INTO noticed VALUES (1)");
  });
});

test("COMMIT that is not answered: the caller learns in time that the outcome is unknown, and the connection is used again", async () => {
  // A server without its standby answers no COMMIT until there is one again. Staged by a deferred trigger that waits for a lock.
  await database.owner.query(`
    CREATE TABLE slow (id int);
    CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN PERFORM pg_advisory_xact_lock(77); RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER slow_commit AFTER INSERT ON slow DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait();
    GRANT INSERT ON slow TO wallet_app`);
  await withClient(database.appUrl, async (standby) => {
    await standby.query("SELECT pg_advisory_lock(77)");
    const outcome = withTransaction(pool, (tx) => tx.query("INSERT INTO slow VALUES (1)"), {
      commitPatienceMs: 50,
    });
    await expect(outcome).rejects.toBeInstanceOf(CommitOutcomeUnknown);
    // The pool's one connection still waits: nobody else is given it.
    expect([pool.idleCount, pool.totalCount]).toEqual([0, 1]);
    await standby.query("SELECT pg_advisory_unlock(77)");
  });
  expect(await withTransaction(pool, async () => "next")).toBe("next");
  expect((await database.owner.query("SELECT id FROM slow")).rows).toEqual([{ id: 1 }]);
});
