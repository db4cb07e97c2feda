import { randomInt, randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import { addBankAccount } from "@revio-wallet/core/bank-account/add-bank-account";
import { getBalance } from "@revio-wallet/core/ledger/get-balance";
import { startDeposit } from "@revio-wallet/core/revio/start-deposit";
import { registerUser } from "@revio-wallet/core/user/register-user";
import { createWithdrawal } from "@revio-wallet/core/withdrawal/create-withdrawal";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { refuse, type RevioStub, startRevioStub } from "./revio-stub.ts";
import { openTestServices, type TestServices } from "./services.ts";

/** Fewer connections than callers who wait for Revio: to hold one meanwhile would stop everybody. */
const poolSize = 2;
const callers = 8;

let services: TestServices;
let revio: RevioStub;
let superuser: Client;
beforeAll(async () => {
  revio = await startRevioStub();
  services = await openTestServices("api", {
    REVIO_BASE_URL: revio.url,
    DATABASE_POOL_SIZE: String(poolSize),
    REVIO_TIMEOUT_SECONDS: "30",
  });
  superuser = new Client({ connectionString: services.database.superuserUrl });
  await superuser.connect();
});
afterAll(async () => {
  await superuser.end();
  await services[Symbol.asyncDispose]();
  await revio.close();
});

async function newUser() {
  const anonymous = { actor: { kind: "system", id: "test" }, requestId: "test" } as const;
  const { id: userId } = await registerUser(services.contextFor(anonymous), {
    email: `${randomUUID()}@example.com`,
    password: randomUUID(),
    fullName: "Thandi Nkosi",
    ipAddress: `10.${randomInt(256)}.${randomInt(256)}.${randomInt(256)}`,
  });
  const actor = { kind: "user", id: userId, sessionId: randomUUID() } as const;
  return { userId, ctx: services.contextFor({ actor, requestId: "test" }) };
}
type User = Awaited<ReturnType<typeof newUser>>;

const deposit = ({ userId, ctx }: User, idempotencyKey: string) =>
  startDeposit(ctx, {
    userId,
    amountMinor: 10_000n,
    currency: "ZAR",
    returnUrl: undefined,
    idempotencyKey,
  });

/** Database transactions that the API has open, and account locks that it holds. */
async function heldByApi(): Promise<number> {
  const { rows } = await superuser.query<{ held: number }>(
    `SELECT count(*)::int AS held FROM pg_stat_activity a
     WHERE a.datname = current_database() AND a.application_name = 'wallet-api'
       AND (a.xact_start IS NOT NULL OR EXISTS (SELECT 1 FROM pg_locks l WHERE l.pid = a.pid AND l.locktype = 'advisory'))`,
  );
  return rows[0]?.held ?? -1;
}

test("F16 Revio is slow: nothing of the database is held meanwhile, and everybody else goes on", async () => {
  const waiting: ServerResponse[] = [];
  revio.answer((response) => {
    waiting.push(response);
  });
  const users = await Promise.all(Array.from({ length: callers }, newUser));
  const keys = users.map(() => randomUUID());
  const asked = users.map((user, index) =>
    deposit(user, keys[index] ?? "").catch((error: unknown) => error),
  );
  await vi.waitFor(() => expect(waiting).toHaveLength(callers), { timeout: 30_000 });

  expect(await heldByApi()).toBe(0);
  expect(services.pool.idleCount).toBe(services.pool.totalCount);
  expect(services.pool.waitingCount).toBe(0);
  // The same user, whose own request is out there, and a new one: both are answered.
  const [user] = users;
  if (user === undefined) throw new Error("there is a user");
  for (const { userId, ctx } of [user, await newUser()]) {
    const bankAccount = await addBankAccount(ctx, {
      branchCode: "250655",
      accountNumber: `62${randomInt(10_000, 99_999)}${randomInt(1_000, 8_999)}`,
      accountHolder: "Thandi Nkosi",
      accountType: "current",
    });
    await expect(
      createWithdrawal(ctx, {
        userId,
        amountMinor: 5_000n,
        currency: "ZAR",
        bankAccountId: bankAccount.id,
        idempotencyKey: randomUUID(),
      }),
    ).rejects.toMatchObject({ code: "INSUFFICIENT_FUNDS" });
    expect(await getBalance(ctx.pool, { userId, currency: "ZAR" })).toMatchObject({
      availableMinor: 0n,
    });
  }
  // Somebody who asks again is told that it is under way; Revio is not asked a second time.
  await expect(deposit(user, keys[0] ?? "")).rejects.toMatchObject({
    code: "IDEMPOTENCY_IN_PROGRESS",
  });
  expect(waiting).toHaveLength(callers);

  for (const response of waiting) refuse(response);
  for (const outcome of await Promise.all(asked)) {
    expect(outcome).toMatchObject({ code: "PROVIDER_REJECTED" });
  }
});
