import { randomUUID } from "node:crypto";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { signedInOperator, type SignedInOperator } from "../signed-in-operator.ts";
import { asOperator, signedInUser } from "./callers.ts";
import { openTestServices, type TestServices } from "./services.ts";

let services: TestServices;
let superuser: Client;
let viewer: SignedInOperator;
beforeAll(async () => {
  services = await openTestServices("worker");
  await services.startQueue();
  superuser = new Client({ connectionString: services.database.superuserUrl });
  await superuser.connect();
  viewer = await signedInOperator(superuser, "viewer");
});
afterAll(async () => {
  await superuser.end();
  await services[Symbol.asyncDispose]();
});

const find = (text: string) => asOperator(services, viewer).search.find({ text });

test("C01 a job is found by its id, in whichever queue it is", async () => {
  const ctx = services.contextFor({ actor: { kind: "system", id: "test" }, requestId: "r" });
  await withTransaction(ctx.pool, async (tx) => {
    await ctx.enqueue(tx, "deposit.check", { transactionId: randomUUID(), look: 1 });
    await ctx.enqueue(tx, "transaction.sweep", {});
  });
  const { rows } = await superuser.query<{ id: string; name: string }>(
    "SELECT id, name FROM pgboss.job WHERE state = 'created'",
  );
  expect(rows).toHaveLength(2);
  for (const { id, name } of rows) {
    expect(await find(id)).toMatchObject([
      { type: "job", hits: [{ id, label: name, status: "created" }], hasMore: false },
    ]);
  }
});

test("C33 what leaves towards operators holds nobody's name, address or number in the clear", async () => {
  const { id: userId, email, api } = await signedInUser(services);
  await api.bankAccount.add({
    branchCode: "250655",
    accountNumber: "62123451234",
    accountHolder: "Thandi Nkosi",
    accountType: "current",
  });
  const operator = asOperator(services, viewer);
  const answers = [
    await operator.user.list({ email }),
    await operator.user.get({ userId }),
    await operator.user.bankAccounts({ userId }),
    await operator.user.sessions({ userId }),
    await operator.user.statement({ userId }),
    await operator.ledger.accounts({ userId }),
    await find(email),
    await find(userId),
  ];
  const text = JSON.stringify(answers, (_, value: unknown) =>
    typeof value === "bigint" ? value.toString() : value,
  );
  expect(text).toContain(userId);
  for (const secret of [email, "Thandi", "Nkosi", "62123451234"])
    expect(text).not.toContain(secret);
});
