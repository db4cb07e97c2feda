import { randomUUID } from "node:crypto";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { permissions, type Permission } from "../../../src/operator/permissions.ts";
import {
  findAnything,
  findPermitted,
  type SearchedType,
  searchedTypes,
} from "../../../src/search/find-anything.ts";
import { openBreak } from "../../../src/reconciliation/open-break.ts";
import { operator, signedInUser } from "../../registered-user.ts";
import { authenticate } from "../../../src/session/authenticate.ts";
import { adjust } from "../../world/adjust.ts";
import {
  type Customer,
  type MoneyWorld,
  startMoneyWorld,
  type WorldContext,
} from "../../world/money-world.ts";

let world: MoneyWorld;
let viewer: WorldContext;
let customer: Customer;
let deposit: { id: string; reference: string };
let withdrawal: { id: string; reference: string };
beforeAll(async () => {
  world = await startMoneyWorld({ superuserUrl: inject("superuserUrl") });
  viewer = await operator(world.ctx, world.superuser, "viewer");
  customer = await world.customer();
  deposit = await world.fund(customer, 2_000_000n);
  withdrawal = await world.withdraw(customer, 1_234_500n);
  await world.settle();
});
afterAll(() => world.close());

/** "type matchedBy id" of everything that a text finds. */
async function found(text: string): Promise<string[]> {
  const groups = await findAnything(viewer, { text });
  return groups.flatMap(({ type, hits }) =>
    hits.map(({ id, matchedBy }) => `${type} ${matchedBy} ${id}`),
  );
}

/** One value from the tables. */
async function valueOf(sql: string, values: unknown[] = []): Promise<string> {
  const { rows } = await world.superuser.query<{ value: string }>(sql, values);
  if (rows[0] === undefined) throw new Error(`nothing: ${sql}`);
  return rows[0].value;
}

describe("C01 any id finds what it names, without choosing a type", () => {
  test.each([
    ["revio_purchases", "purchase_id"],
    ["revio_purchases", "id"],
  ] as const)("of a deposit at Revio: %s.%s", async (table, column) => {
    const id = await valueOf(`SELECT ${column} AS value FROM ${table} WHERE transaction_id = $1`, [
      deposit.id,
    ]);
    const by = column === "id" ? "attempt_id" : "purchase_id";
    expect(await found(id)).toContain(`transaction ${by} ${deposit.id}`);
  });

  test("a transaction with what is about it: its approval; its key; its reference, also the beginning", async () => {
    const approval = await valueOf("SELECT id AS value FROM approvals WHERE transaction_id = $1", [
      withdrawal.id,
    ]);
    expect(await found(withdrawal.id)).toEqual([
      `transaction id ${withdrawal.id}`,
      `approval transaction_id ${approval}`,
    ]);
    expect(await found(approval)).toEqual([`approval id ${approval}`]);
    const key = await valueOf(
      "SELECT key AS value FROM idempotency_keys WHERE transaction_id = $1",
      [withdrawal.id],
    );
    expect(await found(key)).toEqual([`transaction idempotency_key ${withdrawal.id}`]);
    for (const text of [withdrawal.reference, withdrawal.reference.slice(0, 9).toLowerCase()]) {
      expect(await found(text)).toEqual([`transaction reference ${withdrawal.id}`]);
    }
  });

  test("a user by id, by session, by bank account, by the whole e-mail address", async () => {
    const { user, email, tokens } = await signedInUser(world.ctx);
    const { sessionId } = await authenticate(world.ctx, tokens.accessToken);
    const accounts = ["available", "pending", "receivable"].map(
      (name) => `ledger_account user_id user:${user.id}:${name}:ZAR`,
    );
    expect(await found(user.id)).toEqual([`user id ${user.id}`, ...accounts]);
    expect(await found(sessionId)).toEqual([`user session_id ${user.id}`]);
    expect(await found(email.toUpperCase())).toEqual([`user email ${user.id}`]);
    expect(await found(customer.bankAccountId)).toEqual([
      `user bank_account_id ${customer.userId}`,
    ]);
  });

  test("C33 a user's name and address are masked in what is found, and names are not searched", async () => {
    const { user, email } = await signedInUser(world.ctx, { fullName: "Zanele Dube" });
    const [group] = await findAnything(viewer, { text: email });
    expect(group?.hits[0]?.label).toBe(`Z••• D••• · ${email.slice(0, 1)}•••@e•••.com`);
    expect(await found("Zanele")).toEqual([]);
    expect(JSON.stringify(await found(user.id))).not.toContain("Zanele");
  });

  test("a journal entry by id and by key; an account by code, and of the house by a part of its name", async () => {
    const entry = await valueOf(
      "SELECT id AS value FROM journal_entries WHERE transaction_id = $1",
      [deposit.id],
    );
    expect(await found(entry)).toEqual([`journal_entry id ${entry}`]);
    expect(await found(`deposit.completed:${deposit.id}`)).toEqual([
      `journal_entry entry_key ${entry}`,
    ]);
    const code = `user:${customer.userId}:pending:ZAR`;
    expect(await found(code)).toEqual([`ledger_account code ${code}`]);
    expect(await found("Revio float")).toEqual(["ledger_account name house:revio_float:ZAR"]);
  });

  test("a provider event by its id and by its object's", async () => {
    const event = await valueOf(
      "SELECT id AS value FROM provider_events WHERE transaction_id = $1",
      [deposit.id],
    );
    const object = await valueOf("SELECT object_id AS value FROM provider_events WHERE id = $1", [
      event,
    ]);
    expect(await found(event)).toEqual([`provider_event id ${event}`]);
    expect(await found(object)).toContain(`provider_event object_id ${event}`);
  });

  test("a break by id, subject, object, account and class", async () => {
    const purchaseId = randomUUID();
    const account = `user:${customer.userId}:receivable:ZAR`;
    const open = (subject: string, kind: "fee_mismatch" | "balance_drift") =>
      withTransaction(world.ctx.pool, (tx) =>
        openBreak(world.ctx, tx, {
          class: kind,
          severity: "warning",
          subject,
          evidence: {},
          openedBy: "reconciliation",
        }),
      );
    const breakId = await open(`purchase:${purchaseId}`, "fee_mismatch");
    const ofAccount = await open(`account:${account}`, "balance_drift");
    expect(await found(account)).toEqual([
      `ledger_account code ${account}`,
      `break subject ${ofAccount}`,
    ]);
    expect(await found(customer.userId)).toContain(`break subject ${ofAccount}`);
    expect(await found(breakId)).toEqual([`break id ${breakId}`]);
    expect(await found(`purchase:${purchaseId}`)).toEqual([`break subject ${breakId}`]);
    expect(await found(purchaseId)).toContain(`break subject ${breakId}`);
    expect(await found("FEE mismatch")).toEqual([`break class ${breakId}`]);
  });

  test("an operator by id, name and address", async () => {
    const { id } = viewer.actor;
    await world.superuser.query(
      "UPDATE operators SET display_name = 'Precious Khumalo' WHERE id = $1",
      [id],
    );
    for (const [text, by] of [
      [id, "id"],
      ["khumalo", "name"],
      [`${id}@staff.example`, "name"],
    ] as const) {
      expect(await found(text)).toEqual([`operator ${by} ${id}`]);
    }
  });

  test("what one request did, by its id", async () => {
    const requestId = `req_${randomUUID().slice(0, 8)}`;
    await adjust(
      { ...world, ctx: { ...world.ctx, requestId } },
      {
        debitAccount: "house:adjustments:ZAR",
        creditAccount: `user:${customer.userId}:available:ZAR`,
        amountMinor: 5n,
      },
    );
    const [group] = await findAnything(viewer, { text: requestId });
    expect(group?.type).toBe("audit_event");
    expect(group?.hits.map(({ label }) => label)).toContain("adjustment.requested");
  });
});

describe("C70 an amount", () => {
  test.each(["12 345,00", "R 12,345.00", "12345"])("%s", async (text) => {
    expect(await found(text)).toEqual([`transaction amount ${withdrawal.id}`]);
  });

  test("the newest four, and that there are more", async () => {
    const ids: string[] = [];
    for (let nth = 0; nth < 5; nth++) {
      ids.unshift((await world.deposit(customer, 4_711n)).id);
      await world.advance(1_000);
    }
    const [group] = await findAnything(viewer, { text: "47,11" });
    expect(group?.hits.map(({ id }) => id)).toEqual(ids.slice(0, 4));
    expect(group?.hasMore).toBe(true);
  });
});

describe("C04 a role finds nothing of a type that it may not see", () => {
  /** A text that finds something of the type. */
  const texts: Partial<Record<SearchedType, () => string>> = {
    transaction: () => deposit.id,
    user: () => customer.userId,
    journal_entry: () => `deposit.completed:${deposit.id}`,
    ledger_account: () => customer.userId,
    approval: () => withdrawal.id,
    operator: () => viewer.actor.id,
  };

  test.each(Object.entries(texts))("%s", async (type, text) => {
    const asked = new Set<Permission>();
    const groupsWithout = async (refused: Permission | undefined) => {
      const groups = await findPermitted(viewer, text(), (permission) => {
        asked.add(permission);
        return permission !== refused;
      });
      return groups.map((group) => group.type);
    };
    expect(await groupsWithout(undefined)).toContain(type);
    const hidden: Permission[] = [];
    for (const permission of asked) {
      if (!(await groupsWithout(permission)).includes(type as SearchedType))
        hidden.push(permission);
    }
    expect(hidden).toHaveLength(1);
  });

  test("every type asks for a permission that there is", async () => {
    const asked: Permission[] = [];
    await findPermitted(viewer, "x", (permission) => {
      asked.push(permission);
      return false;
    });
    expect(asked).toHaveLength(searchedTypes.length);
    expect(asked.filter((permission) => !(permission in permissions))).toEqual([]);
  });

  test("a user and a suspended operator find nothing", async () => {
    const suspended = await operator(world.ctx, world.superuser, "administrator");
    await world.superuser.query("UPDATE operators SET status = 'suspended' WHERE id = $1", [
      suspended.actor.id,
    ]);
    for (const ctx of [suspended, customer.as]) {
      await expect(findAnything(ctx, { text: deposit.id })).rejects.toMatchObject({
        code: "FORBIDDEN",
      });
    }
  });
});

test("nothing: an id of nobody's, signs, other scripts, a very long text", async () => {
  for (const text of [randomUUID(), "%", "_", "'; DROP TABLE users; --", "日本", "x".repeat(200)]) {
    expect([text, await found(text)]).toEqual([text, []]);
  }
});
