import {
  cloneDatabase,
  type TestDatabase,
} from "@revio-wallet/db/testing/create-template-database";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { getMe } from "../../../src/user/get-me.ts";
import { registerUser } from "../../../src/user/register-user.ts";
import { anyAddress, registeredUser, signedInUser, testPassword } from "../../registered-user.ts";
import { testContext } from "../../test-context.ts";

let db: TestDatabase;
let ctx: Awaited<ReturnType<typeof testContext>>;
beforeAll(async () => {
  db = await cloneDatabase({ superuserUrl: inject("superuserUrl") });
  ctx = await testContext(db);
});
afterAll(() => db.drop());

async function count(table: string): Promise<bigint | undefined> {
  const { rows } = await db.pool.query<{ n: bigint }>(`SELECT count(*) AS n FROM ${table}`);
  return rows[0]?.n;
}

test("a user gets three ledger accounts at zero, an audit event, and reads back what was given", async () => {
  const { as, user } = await signedInUser(ctx, {
    email: " Lerato@Example.com",
    fullName: " Lerato  Mokoena ",
    phone: "+27 82 123 4567",
  });
  expect(await getMe(as)).toEqual({
    id: user.id,
    status: "active",
    email: "lerato@example.com",
    fullName: "Lerato Mokoena",
    phone: "+27821234567",
    outgoingFrozen: false,
    totpEnabled: false,
    createdAt: ctx.clock.now(),
  });
  const balances = await db.pool.query(
    "SELECT a.name, b.amount_minor FROM balances b JOIN ledger_accounts a ON a.id = b.ledger_account_id WHERE b.user_id = $1 ORDER BY 1",
    [user.id],
  );
  expect(balances.rows).toEqual([
    { name: "available", amount_minor: 0n },
    { name: "pending", amount_minor: 0n },
    { name: "receivable", amount_minor: 0n },
  ]);
  const audit = await db.pool.query(
    "SELECT action, details FROM audit_events WHERE subject_id = $1",
    [user.id],
  );
  expect(audit.rows).toEqual([{ action: "user.registered", details: {} }]);
});

test("S01 every stored hash is argon2id with m=47104, t=1, p=1", async () => {
  await registeredUser(ctx);
  const { rows } = await db.pool.query<{ password_hash: string }>(
    "SELECT password_hash FROM users",
  );
  for (const { password_hash } of rows) {
    expect(password_hash).toMatch(/^\$argon2id\$v=19\$m=47104,t=1,p=1\$/);
  }
});

test("EMAIL_TAKEN in any spelling, and nothing of the second is left", async () => {
  const { email } = await registeredUser(ctx);
  const before = [await count("users"), await count("data_keys"), await count("ledger_accounts")];
  const again = registeredUser(ctx, { email: ` ${email.toUpperCase()} ` });
  await expect(again).rejects.toMatchObject({ code: "EMAIL_TAKEN" });
  expect([await count("users"), await count("data_keys"), await count("ledger_accounts")]).toEqual(
    before,
  );
});

test("the same address ten times at once: one user", async () => {
  const before = (await count("users")) ?? 0n;
  const results = await Promise.allSettled(
    Array.from({ length: 10 }, () => registeredUser(ctx, { email: "race@example.com" })),
  );
  expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(1);
  for (const result of results) {
    if (result.status === "rejected") expect(result.reason).toMatchObject({ code: "EMAIL_TAKEN" });
  }
  expect(await count("users")).toBe(before + 1n);
});

describe("bad input writes nothing and says what is wrong", () => {
  const good = { email: "new@example.com", fullName: "Sipho Dlamini", password: testPassword };
  test.each([
    ["no address", { email: "sipho" }, /name@example.com/],
    ["no name", { fullName: " " }, /full name/],
    ["a phone number without country", { phone: "0821234567" }, /\+27/],
    ["a short password", { password: "otters" }, /15 characters/],
    ["the address as password", { password: "new@example.com1" }, /your name/],
  ])("%s", async (_what, change, message) => {
    const before = await count("users");
    const input = { ...good, ...change, ipAddress: anyAddress() };
    await expect(registerUser(ctx, input)).rejects.toMatchObject({
      code: "INVALID_INPUT",
      message: expect.stringMatching(message) as string,
    });
    expect(await count("users")).toBe(before);
  });
});

test("S104 registrations from one address are limited, from its neighbours in the same /64 too", async () => {
  const network = "2001:db8:77:77";
  const attempt = (i: number) =>
    registerUser(ctx, {
      email: "not an address",
      fullName: "Sipho",
      password: testPassword,
      ipAddress: `${network}::${i.toString(16)}`,
    });
  for (let i = 1; i <= 10; i++)
    await expect(attempt(i)).rejects.toMatchObject({ code: "INVALID_INPUT" });
  await expect(attempt(11)).rejects.toMatchObject({ code: "RATE_LIMITED" });
});
