import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expectSound } from "@revio-wallet/core/testing/expect-sound";
import {
  type Customer,
  type MoneyWorld,
  startMoneyWorld,
} from "@revio-wallet/core/testing/money-world";
import { createPool } from "@revio-wallet/db/pool";
import { createTemplateDatabase } from "@revio-wallet/db/testing/create-template-database";
import { CommitOutcomeUnknown, withTransaction } from "@revio-wallet/db/with-transaction";
import { openSecrets } from "@revio-wallet/dev/stack-secrets";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { PostgresPair } from "../../src/cluster/postgres-pair.ts";
import { type FaultProxy, startFaultProxy } from "../../src/proxy/fault-proxy.ts";
import {
  availableMinor,
  expectWithdrawalsToSurvive,
  withdrawUntilTold,
} from "../withdrawals-under-load.ts";

/** The wallet's core on a primary with a synchronous standby, behind an address that leads to the primary of the moment. */
let folder: string;
let pair: PostgresPair;
let proxy: FaultProxy;
let world: MoneyWorld;
let customer: Customer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "revio-wallet-failover-"));
  await chmod(folder, 0o711);
  pair = await PostgresPair.start({ folder, secrets: await openSecrets(folder) });
  proxy = await startFaultProxy({ target: () => pair.port, protocol: "postgres" });
  const url = new URL(pair.superuserUrl);
  url.port = String(proxy.port);
  url.pathname = "/postgres";
  await createTemplateDatabase({ superuserUrl: url.href });
  world = await startMoneyWorld({ superuserUrl: url.href, poolSize: 10 });
  world.superuser.on("error", () => undefined);
  await world.superuser.query("UPDATE transaction_limits SET max_count_per_day = 10000");
  customer = await world.customer();
  await world.fund(customer, 2_000_000n);
});
afterAll(async () => {
  await world?.close();
  await proxy?.close();
  await pair?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function failOver(): Promise<void> {
  await pair.failOver();
  await pair.addStandby();
}

test.each([
  ["had committed", "answer"],
  ["had not", "message"],
] as const)(
  "F76 the outcome of a COMMIT is asked of a new primary; the old one %s: the key tells, and it is done once",
  async (_, lose) => {
    const before = await availableMinor(world, customer);
    const key = crypto.randomUUID();
    const lostBefore = proxy.lostCommits();
    proxy.loseCommits(1, lose);
    const first = world.withdraw(customer, 1_000n, key).then(
      ({ id }) => id,
      (error: { code?: string }) => error.code,
    );
    await vi.waitFor(() => expect(proxy.lostCommits()).toBe(lostBefore + 1), { timeout: 20_000 });
    // Nobody may ask the old one any more.
    proxy.setLine({ kind: "refuse" });
    await failOver();
    proxy.setLine({ kind: "clear" });
    const told = await first;
    const id = await withdrawUntilTold(world, customer, 1_000n, key);
    expect([id, "OUTCOME_UNKNOWN"]).toContain(told);
    expect(await availableMinor(world, customer)).toBe(before - 1_000n);
    await world.settle();
    await expectSound(world);
  },
);

test("F78 failover under load: what was acknowledged is there, what was not is found out by its key, all of it once", async () => {
  await expectWithdrawalsToSurvive(world, customer, failOver);
});

test("F82 writes reach the old primary after a failover: none is acknowledged, for its standby follows another, and the new one has none of them", async () => {
  const before = await availableMinor(world, customer);
  await failOver();
  const former = await pair.reviveFormer();
  const url = new URL(world.database.appUrl);
  url.port = String(former.port);
  const pool = createPool({ connectionString: url.href });
  try {
    const stray = { ...customer, as: { ...customer.as, pool } };
    const write = withTransaction(
      pool,
      (tx) =>
        tx.query("UPDATE transactions SET updated_at = updated_at WHERE user_id = $1", [
          customer.userId,
        ]),
      { commitPatienceMs: 500 },
    );
    await expect(write).rejects.toBeInstanceOf(CommitOutcomeUnknown);
    // A request that ended up there is not told of a success either, and does not take place where it counts.
    const key = crypto.randomUUID();
    const lost = world.withdraw(stray, 1_000n, key).then(
      () => "acknowledged",
      () => "not acknowledged",
    );
    await vi.waitFor(
      async () => {
        const { rowCount } = await pool.query(
          "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND pid <> pg_backend_pid()",
        );
        expect(rowCount).toBe(2);
      },
      { timeout: 20_000 },
    );
    expect(await availableMinor(world, customer)).toBe(before);
    await former.stop();
    expect(await lost).toBe("not acknowledged");
    await withdrawUntilTold(world, customer, 1_000n, key);
    expect(await availableMinor(world, customer)).toBe(before - 1_000n);
  } finally {
    await former.stop();
    await pool.end();
  }
  await world.settle();
  await expectSound(world);
});
