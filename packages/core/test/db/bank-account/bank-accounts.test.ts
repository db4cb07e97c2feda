import { Client } from "pg";
import { randomUUID } from "node:crypto";
import {
  cloneDatabase,
  type TestDatabase,
} from "@revio-wallet/db/testing/create-template-database";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { lockUsableBankAccount } from "@revio-wallet/db/sql/lock-usable-bank-account";
import { Pool } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { addBankAccount } from "../../../src/bank-account/add-bank-account.ts";
import { listBankAccounts } from "../../../src/bank-account/list-bank-accounts.ts";
import { readBankAccount } from "../../../src/bank-account/read-bank-account.ts";
import { removeBankAccount } from "../../../src/bank-account/remove-bank-account.ts";
import { signedInUser } from "../../registered-user.ts";
import { testContext } from "../../test-context.ts";
import { waitingForLock } from "../../waiting-for-lock.ts";

let db: TestDatabase;
let ctx: Awaited<ReturnType<typeof testContext>>;
beforeAll(async () => {
  db = await cloneDatabase({ superuserUrl: inject("superuserUrl"), poolSize: 20 });
});
afterAll(() => db.drop());
beforeEach(async () => {
  ctx = await testContext(db);
});

const account = {
  branchCode: "250655",
  accountNumber: "62812345678",
  accountHolder: "T Nkosi",
  accountType: "savings",
} as const;

/** A withdrawal to the account as a row, in the middle of its life: only a superuser can plant one. */
async function withdrawalTo(bankAccountId: string, userId: string, status: string): Promise<void> {
  const superuser = new Client({ connectionString: db.superuserUrl });
  await superuser.connect();
  await superuser.query("SET session_replication_role = replica");
  await superuser.query(
    `INSERT INTO transactions (id, user_id, kind, status, amount_minor, fee_minor, currency, reference, bank_account_id, created_at, updated_at)
     VALUES ($1, $2, 'withdrawal', $3, 1000, 0, 'ZAR', $4, $5, $6, $6)`,
    [randomUUID(), userId, status, randomUUID(), bankAccountId, ctx.clock.now()],
  );
  await superuser.end();
}

test("what is added comes back masked to the user, and in the clear to the payout", async () => {
  const { as, user } = await signedInUser(ctx);
  const added = await addBankAccount(as, { ...account, accountNumber: "62 812 345-678" });
  expect(added).toEqual({
    id: added.id,
    bankName: "FNB",
    branchCode: "250655",
    accountType: "savings",
    maskedAccountNumber: "•••• 5678",
    createdAt: ctx.clock.now(),
  });
  expect(await listBankAccounts(as)).toEqual([added]);
  expect(await readBankAccount(ctx, db.pool, added.id)).toEqual({
    ...added,
    userId: user.id,
    accountNumber: "62812345678",
    accountHolder: "T Nkosi",
  });
  const audit = await db.pool.query(
    "SELECT action, details FROM audit_events WHERE subject_id = $1",
    [added.id],
  );
  expect(audit.rows).toEqual([
    {
      action: "bank_account.added",
      details: { bankName: "FNB", branchCode: "250655", lastFour: "5678" },
    },
  ]);
});

test.each([
  ["branchCode", "25065"],
  ["branchCode", "٢٥٠٦٥٥"],
  ["accountNumber", "12345"],
  ["accountNumber", "６２８１２３４５６７８"],
  ["accountHolder", "   "],
  ["accountHolder", "T\u202ENkosi"],
])("bad input, %s: %j", async (field, value) => {
  const { as } = await signedInUser(ctx);
  await expect(addBankAccount(as, { ...account, [field]: value })).rejects.toMatchObject({
    code: "INVALID_INPUT",
  });
  expect(await listBankAccounts(as)).toEqual([]);
});

describe("the same account twice", () => {
  test("DUPLICATE, also written with zeros in front; another user may have it; after removal it may come back", async () => {
    const { as } = await signedInUser(ctx);
    const { id } = await addBankAccount(as, { ...account, accountNumber: "1234567" });
    for (const accountNumber of ["1234567", "0001234567"]) {
      await expect(addBankAccount(as, { ...account, accountNumber })).rejects.toMatchObject({
        code: "DUPLICATE",
      });
    }
    const other = await signedInUser(ctx);
    await addBankAccount(other.as, { ...account, accountNumber: "1234567" });
    await removeBankAccount(as, { bankAccountId: id });
    await addBankAccount(as, { ...account, accountNumber: "1234567" });
    expect(await listBankAccounts(as)).toHaveLength(1);
    // S90: that two users have the same account is not to be read from the table.
    const { rows } = await db.pool.query(
      "SELECT DISTINCT account_lookup FROM bank_accounts WHERE last_four = '4567'",
    );
    expect(rows).toHaveLength(2);
  });

  test("ten times at once: one", async () => {
    const { as } = await signedInUser(ctx);
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, () => addBankAccount(as, account)),
    );
    expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(1);
    expect(await listBankAccounts(as)).toHaveLength(1);
  });
});

test("ten accounts and no more, also when fifteen are added at once; removing one makes room", async () => {
  const { as } = await signedInUser(ctx);
  let adding: Promise<PromiseSettledResult<unknown>[]> = Promise.resolve([]);
  const admin = new Pool({ connectionString: db.superuserUrl, max: 1 });
  await withTransaction(admin, async (tx) => {
    // Nobody gets past the audit event: all have counted before the first is done, unless they wait for each other.
    await tx.query("LOCK TABLE audit_events IN EXCLUSIVE MODE");
    adding = Promise.allSettled(
      Array.from({ length: 15 }, (_, i) =>
        addBankAccount(as, { ...account, accountNumber: `62812340${i + 10}` }),
      ),
    );
    await waitingForLock(db.pool, 15);
  });
  await admin.end();
  const results = await adding;
  expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(10);
  for (const result of results) {
    if (result.status === "rejected")
      expect(result.reason).toMatchObject({ code: "LIMIT_EXCEEDED" });
  }
  const [first] = await listBankAccounts(as);
  await removeBankAccount(as, { bankAccountId: first?.id ?? "" });
  await addBankAccount(as, { ...account, accountNumber: "999999" });
  expect(await listBankAccounts(as)).toHaveLength(10);
});

describe("removing", () => {
  test("another user's account is not there, exactly as one that does not exist", async () => {
    const one = await signedInUser(ctx);
    const two = await signedInUser(ctx);
    const { id } = await addBankAccount(one.as, account);
    const foreign = await removeBankAccount(two.as, { bankAccountId: id }).catch(
      (error: unknown) => error,
    );
    const unknown = await removeBankAccount(two.as, { bankAccountId: randomUUID() }).catch(
      (error: unknown) => error,
    );
    expect(foreign).toEqual(unknown);
    expect(foreign).toMatchObject({ code: "NOT_FOUND" });
    expect(await listBankAccounts(one.as)).toHaveLength(1);
  });

  test.each(["awaiting_approval", "queued", "processing", "in_doubt"])(
    "refused while a withdrawal is %s",
    async (status) => {
      const { as, user } = await signedInUser(ctx);
      const { id } = await addBankAccount(as, account);
      await withdrawalTo(id, user.id, status);
      await expect(removeBankAccount(as, { bankAccountId: id })).rejects.toMatchObject({
        code: "WRONG_STATE",
      });
    },
  );

  test.each(["completed", "failed", "cancelled", "rejected", "returned"])(
    "goes through when it is %s; the payout can still read it",
    async (status) => {
      const { as, user } = await signedInUser(ctx);
      const { id } = await addBankAccount(as, account);
      await withdrawalTo(id, user.id, status);
      await removeBankAccount(as, { bankAccountId: id });
      await removeBankAccount(as, { bankAccountId: id });
      expect(await listBankAccounts(as)).toEqual([]);
      expect(await readBankAccount(ctx, db.pool, id)).toMatchObject({
        accountNumber: "62812345678",
      });
      const { rows } = await db.pool.query(
        "SELECT 1 FROM audit_events WHERE subject_id = $1 AND action = 'bank_account.removed'",
        [id],
      );
      expect(rows).toHaveLength(1);
    },
  );

  test("a withdrawal being written holds the removal up, which then sees it", async () => {
    const { as, user } = await signedInUser(ctx);
    const { id } = await addBankAccount(as, account);
    let removal: Promise<unknown> | undefined;
    await withTransaction(db.pool, async (tx) => {
      expect(await lockUsableBankAccount(tx, { bankAccountId: id, userId: user.id })).toBe(true);
      removal = removeBankAccount(as, { bankAccountId: id }).then(
        () => "removed",
        (error: { code: unknown }) => error.code,
      );
      await waitingForLock(db.pool);
      await tx.query(
        `INSERT INTO transactions (id, user_id, kind, status, amount_minor, fee_minor, currency, reference, bank_account_id, created_at, updated_at)
         VALUES ($1, $2, 'withdrawal', 'queued', 1000, 0, 'ZAR', $3, $4, $5, $5)`,
        [randomUUID(), user.id, randomUUID(), id, ctx.clock.now()],
      );
    });
    expect(await removal).toBe("WRONG_STATE");
  });
});

test("only a user has bank accounts", async () => {
  await expect(addBankAccount(ctx, account)).rejects.toMatchObject({ code: "FORBIDDEN" });
  await expect(listBankAccounts(ctx)).rejects.toMatchObject({ code: "FORBIDDEN" });
});
