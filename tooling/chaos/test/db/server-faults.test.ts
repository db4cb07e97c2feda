import { existsSync } from "node:fs";
import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readdir,
  rename,
  rm,
  symlink,
  unlink,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { verifyIntegrity } from "@revio-wallet/core/integrity/verify-integrity";
import { foldCheckpoints } from "@revio-wallet/core/ledger/fold-checkpoints";
import { verifyLedger } from "@revio-wallet/core/ledger/verify-ledger";
import { checkDeposit } from "@revio-wallet/core/revio/check-deposit";
import { expectSound } from "@revio-wallet/core/testing/expect-sound";
import {
  type Customer,
  type MoneyWorld,
  startMoneyWorld,
} from "@revio-wallet/core/testing/money-world";
import { createPool } from "@revio-wallet/db/pool";
import { createTemplateDatabase } from "@revio-wallet/db/testing/create-template-database";
import { type RunningPostgres, startPostgres } from "@revio-wallet/dev/embedded-postgres";
import { findFreePort } from "@revio-wallet/dev/free-port";
import { findServerFiles, type ServerUser } from "@revio-wallet/dev/postgres-server-files";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { takeBaseBackup } from "../../src/cluster/base-backup.ts";
import { dieAtOnce } from "../../src/cluster/die-at-once.ts";
import {
  availableMinor,
  expectWithdrawalsToSurvive,
  withdrawUntilTold,
} from "../withdrawals-under-load.ts";

/** One server that has little room for locks, keeps its WAL for a restore, and is broken test by test, worst last. */
let folder: string;
let runAs: ServerUser | undefined;
let port: number;
let postgres: RunningPostgres;
let world: MoneyWorld;
let customer: Customer;
const archive = () => join(folder, "archive");

async function start(): Promise<void> {
  const settings = [
    "restart_after_crash=off",
    "max_connections=40",
    "max_locks_per_transaction=10",
    "archive_mode=on",
    `archive_command=cp %p ${archive()}/%f`,
  ];
  postgres = await startPostgres({
    dataDir: join(folder, "postgres"),
    port,
    persistent: true,
    durable: true,
    extraFlags: settings.flatMap((setting) => ["-c", setting]),
  });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "revio-wallet-server-"));
  await chmod(folder, 0o711);
  ({ runAs } = await findServerFiles());
  await mkdir(archive());
  if (runAs !== undefined) await chown(archive(), runAs.uid, runAs.gid);
  port = await findFreePort(0);
  await start();
  const { superuserUrl } = postgres;
  await createTemplateDatabase({ superuserUrl });
  world = await startMoneyWorld({ superuserUrl, poolSize: 10 });
  world.superuser.on("error", () => undefined);
  await world.superuser.query("UPDATE transaction_limits SET max_count_per_day = 10000");
  customer = await world.customer();
  await world.fund(customer, 2_000_000n);
});
afterAll(async () => {
  await world?.close();
  await postgres?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function asSuperuser<Row extends object>(text: string): Promise<Row[]> {
  const client = new Client({ connectionString: world.database.superuserUrl });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}

test("F88 the lock table is full: refused for now, nothing is written; and all that runs in batches fits into a small one", async () => {
  const before = await availableMinor(world, customer);
  const greedy = new Client({ connectionString: world.database.superuserUrl });
  await greedy.connect();
  try {
    await expect(
      greedy.query("SELECT pg_advisory_lock(n) FROM generate_series(1, 1000000) n"),
    ).rejects.toMatchObject({ code: "53200" });
    await expect(world.withdraw(customer, 1_000n)).rejects.toMatchObject({ code: "53200" });
    expect(await availableMinor(world, customer)).toBe(before);
    await greedy.query("SELECT pg_advisory_unlock_all()");
  } finally {
    await greedy.end();
  }
  await world.withdraw(customer, 1_000n);
  await world.settle();
  await foldCheckpoints(world.ctx);
  await verifyIntegrity(world.ctx);
  await expectSound(world);
});

test("F77 the server is killed under load: what was acknowledged is there, what was not is found out by its key, all of it once", async () => {
  await expectWithdrawalsToSurvive(world, customer, async () => {
    await dieAtOnce(postgres);
    await start();
  });
});

test("F94 restored to a point in time: what was before it is there, nothing of what came after; the checker finds no difference, and what Revio knows is caught up", async () => {
  const target = join(folder, "restored");
  await takeBaseBackup({
    primaryUrl: postgres.superuserUrl,
    source: join(postgres.dataDir, "data"),
    target,
    runAs,
  });
  const paidLater = await world.deposit(customer, 70_000n);
  await world.withdraw(customer, 5_000n);
  await world.settle();
  const atThatTime = await availableMinor(world, customer);
  await asSuperuser("SELECT pg_create_restore_point('before_the_accident')");
  const lost = await world.withdraw(customer, 9_000n);
  await world.pay(paidLater);
  await world.settle();
  const [last] = await asSuperuser<{ name: string }>(
    "SELECT pg_walfile_name(pg_switch_wal()) AS name",
  );
  await vi.waitFor(() => expect(existsSync(join(archive(), last?.name ?? ""))).toBe(true), {
    timeout: 30_000,
  });

  await rename(join(target, "data", "standby.signal"), join(target, "data", "recovery.signal"));
  const settings = [
    "max_connections=40",
    "max_locks_per_transaction=10",
    `restore_command=cp ${archive()}/%f %p`,
    "recovery_target_name=before_the_accident",
    "recovery_target_action=promote",
  ];
  const restored = await startPostgres({
    dataDir: target,
    persistent: true,
    durable: true,
    extraFlags: settings.flatMap((setting) => ["-c", setting]),
  });
  const url = new URL(world.database.appUrl);
  url.port = String(restored.port);
  const pool = createPool({ connectionString: url.toString() });
  try {
    await vi.waitFor(
      async () => {
        const { rows } = await pool.query<{ over: boolean }>(
          "SELECT NOT pg_is_in_recovery() AS over",
        );
        expect(rows[0]?.over).toBe(true);
      },
      { timeout: 30_000 },
    );
    const ctx = { ...world.ctx, pool };
    expect(await availableMinor(world, customer, pool)).toBe(atThatTime);
    const known = await pool.query("SELECT 1 FROM transactions WHERE id = $1", [lost.id]);
    expect(known.rowCount).toBe(0);
    expect((await verifyLedger(ctx)).differences).toEqual([]);
    await verifyIntegrity(ctx);
    const findings = await pool.query("SELECT 1 FROM breaks WHERE opened_by = 'checker'");
    expect(findings.rowCount).toBe(0);
    // The payment is not lost: Revio has it, and we ask.
    await checkDeposit(ctx, { transactionId: paidLater.id, look: 1 });
    expect(await availableMinor(world, customer, pool)).toBe(atThatTime + 70_000n);
    expect((await verifyLedger(ctx)).differences).toEqual([]);
  } finally {
    await pool.end();
    await restored.stop();
  }
});

// /dev/full is the kernel's own full disk: whatever is written to it fails with ENOSPC. Linux has it, macOS does not.
describe.runIf(existsSync("/dev/full"))("the disk is full", () => {
  const data = (...path: string[]) => join(postgres.dataDir, "data", ...path);
  const restart = async (change: () => Promise<void>) => {
    await postgres.stop();
    await change();
    await start();
  };

  test("F86 of the data: whatever needs room is refused and leaves nothing, all that is there can be read; with room again it goes on", async () => {
    const [database] = await asSuperuser<{ path: string }>(
      "SELECT 'base/' || oid AS path FROM pg_database WHERE datname = current_database()",
    );
    const tables = await asSuperuser<{ file: string }>(
      "SELECT pg_relation_filenode(oid)::text AS file FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace",
    );
    const before = await availableMinor(world, customer);
    // The map of free space grows with its table: a table without room for its map has none for a row.
    const maps = tables.map(({ file }) => data(database?.path ?? "", `${file}_fsm`));
    await restart(async () => {
      for (const map of maps) {
        await rm(map, { force: true });
        await symlink("/dev/full", map);
      }
    });
    const key = crypto.randomUUID();
    let codes: unknown[] = [];
    // The last pages have some room left.
    for (let tries = 0; tries < 200 && codes.length === 0; tries++) {
      codes = await world.withdraw(customer, 1_000n).then(
        () => [],
        (error: { code?: string }) => [error.code],
      );
    }
    expect(codes).toEqual(["53100"]);
    const reserved = before - (await availableMinor(world, customer));
    expect(reserved % 1_000n).toBe(0n);
    expect((await verifyLedger(world.ctx)).differences).toEqual([]);
    await restart(async () => {
      for (const map of maps) await unlink(map);
    });
    await withdrawUntilTold(world, customer, 1_000n, key);
    expect(await availableMinor(world, customer)).toBe(before - reserved - 1_000n);
    await world.settle();
    await expectSound(world);
  });

  test("F87 of the log: the server stops, and cannot be started before there is room; then all that was acknowledged is there", async () => {
    const before = await availableMinor(world, customer);
    const [wal] = await asSuperuser<{ name: string }>(
      "SELECT pg_walfile_name(pg_current_wal_lsn()) AS name",
    );
    const next = data("pg_wal", nextSegment(wal?.name ?? ""));
    await rm(next, { force: true });
    await symlink("/dev/full", next);
    await world.withdraw(customer, 1_000n);
    const key = crypto.randomUUID();
    const outcome = asSuperuser("SELECT pg_switch_wal()")
      .then(() => world.withdraw(customer, 2_000n, key))
      .then(
        () => "acknowledged",
        (error: { code?: string }) => error.code,
      );
    expect(await outcome).not.toBe("acknowledged");
    await postgres.stop();
    await expect(start()).rejects.toThrow(/No space left on device/);
    await unlink(next);
    await start();
    expect(await availableMinor(world, customer)).toBe(before - 1_000n);
    await withdrawUntilTold(world, customer, 2_000n, key);
    expect(await availableMinor(world, customer)).toBe(before - 3_000n);
    await world.settle();
    await expectSound(world);
    expect(await readdir(data("pg_wal"))).toContain(nextSegment(wal?.name ?? ""));
  });
});

/** Segments of 16 MB: the last 8 digits count to FF. */
function nextSegment(name: string): string {
  const [timeline, high, low] = [name.slice(0, 8), name.slice(8, 16), name.slice(16)];
  const number = (BigInt(`0x${high}`) << 8n) + BigInt(`0x${low}`) + 1n;
  const hex = (value: bigint) => value.toString(16).toUpperCase().padStart(8, "0");
  return `${timeline}${hex(number >> 8n)}${hex(number & 0xffn)}`;
}
