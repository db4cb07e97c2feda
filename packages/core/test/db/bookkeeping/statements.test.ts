import { randomUUID } from "node:crypto";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { getAccountStatement } from "../../../src/bookkeeping/get-account-statement.ts";
import { listLedgerAccounts } from "../../../src/bookkeeping/list-ledger-accounts.ts";
import type { Statement, StatementLine } from "../../../src/bookkeeping/read-statement.ts";
import { foldCheckpoints } from "../../../src/ledger/fold-checkpoints.ts";
import { getUserBalancesAsOf } from "../../../src/user/get-user-balances-as-of.ts";
import { getUserStatement } from "../../../src/user/get-user-statement.ts";
import { operator } from "../../registered-user.ts";
import { postBareEntry } from "../../world/bare-entries.ts";
import {
  type Customer,
  type MoneyWorld,
  startMoneyWorld,
  type WorldContext,
} from "../../world/money-world.ts";
import { olderAreOver } from "../../world/older-are-over.ts";

let world: MoneyWorld;
let viewer: WorldContext;
let customer: Customer;
const float = "house:revio_float:ZAR";
const available = () => `user:${customer.userId}:available:ZAR`;
/** Times at which something was posted, and some between. */
const instants: Date[] = [];

beforeAll(async () => {
  world = await startMoneyWorld({ superuserUrl: inject("superuserUrl") });
  viewer = await operator(world.ctx, world.superuser, "viewer");
  customer = await world.customer();
  const other = await world.customer();
  const base = world.ctx.clock.now().getTime();
  for (let round = 0; round < 4; round++) {
    await world.fund(customer, 20_000n + BigInt(round));
    await world.fund(other, 3_000n);
    if (round % 2 === 0) await world.withdraw(customer, 5_000n);
    await world.settle();
    // Out of order, and several at one instant: clocks of two processes differ.
    const at = (seconds: number) => new Date(base + seconds * 1_000);
    await postBareEntry(world, { account: available(), amountMinor: 700n, postedAt: at(round) });
    await postBareEntry(world, { account: available(), amountMinor: -300n, postedAt: at(round) });
    await postBareEntry(world, { account: available(), amountMinor: 11n, postedAt: at(2) });
    await olderAreOver(world);
    await foldCheckpoints(world.ctx, { minimumPostings: 1n });
    await world.advance(60_000);
  }
  const { rows } = await world.superuser.query<{ at: Date }>(
    "SELECT DISTINCT posted_at AS at FROM postings ORDER BY 1",
  );
  for (const { at } of rows) instants.push(at, new Date(at.getTime() + 1));
});
afterAll(() => world.close());

interface Posted {
  id: string;
  code: string;
  delta: bigint;
  at: Date;
}

/** Every posting there is, in order of time: what statements are held against. */
async function replay(codes: string[]): Promise<Posted[]> {
  const { rows } = await world.superuser.query<Posted & { delta: string }>(
    `SELECT p.id::text AS id, a.code, (CASE p.direction WHEN a.normal_side THEN 1 ELSE -1 END * p.amount_minor)::text AS delta, p.posted_at AS at
     FROM postings p JOIN ledger_accounts a ON a.id = p.ledger_account_id WHERE a.code = ANY ($1) ORDER BY p.posted_at, p.id`,
    [codes],
  );
  return rows.map((row) => ({ ...row, delta: BigInt(row.delta) }));
}

const sum = (rows: Posted[], of: (row: Posted) => boolean) =>
  rows.filter(of).reduce((total, { delta }) => total + delta, 0n);

type Period = { from?: Date | undefined; to?: Date | undefined };

async function wholeStatement(
  page: (cursor: string | undefined) => Promise<Statement>,
): Promise<{ lines: StatementLine[]; accounts: Statement["accounts"] }> {
  const lines: StatementLine[] = [];
  let cursor: string | undefined;
  let accounts: Statement["accounts"] = [];
  do {
    const { items, nextCursor, accounts: balances } = await page(cursor);
    lines.push(...items);
    accounts = balances;
    cursor = nextCursor ?? undefined;
  } while (cursor !== undefined);
  return { lines, accounts };
}

async function expectReplayed(
  codes: string[],
  { from, to }: Period,
  page: (cursor: string | undefined) => Promise<Statement>,
): Promise<void> {
  const all = await replay(codes);
  const { lines, accounts } = await wholeStatement(page);
  const isIn = ({ at }: Posted) =>
    (from === undefined || at >= from) && (to === undefined || at < to);
  expect(lines.map(({ id }) => String(id))).toEqual(
    all
      .filter(isIn)
      .map(({ id }) => id)
      .toReversed(),
  );
  for (const { accountCode, openingMinor, closingMinor } of accounts) {
    const own = all.filter(({ code }) => code === accountCode);
    expect(openingMinor).toBe(from === undefined ? 0n : sum(own, ({ at }) => at < from));
    expect(closingMinor).toBe(openingMinor + sum(own, isIn));
  }
  for (const line of lines) {
    const place = all.findIndex(({ id }) => id === String(line.id));
    const until = all.slice(0, place + 1);
    expect(line.balanceAfterMinor).toBe(sum(until, ({ code }) => code === line.accountCode));
  }
}

const periods = () =>
  fc
    .record({
      from: fc.option(fc.constantFrom(...instants), { nil: undefined }),
      to: fc.option(fc.constantFrom(...instants), { nil: undefined }),
      limit: fc.integer({ min: 1, max: 9 }),
    })
    .filter(({ from, to }) => from === undefined || to === undefined || from <= to);

describe("C24 a statement is a replay of the postings", () => {
  test("of a user's accounts: each page, each running balance, opening and closing, in any period", async () => {
    const names = ["available", "pending", "receivable"];
    const codes = names.map((name) => `user:${customer.userId}:${name}:ZAR`);
    await fc.assert(
      fc.asyncProperty(periods(), ({ from, to, limit }) =>
        expectReplayed(codes, { from, to }, (cursor) =>
          getUserStatement(viewer, {
            userId: customer.userId,
            currency: "ZAR",
            from,
            to,
            cursor,
            limit,
          }),
        ),
      ),
      { numRuns: 30 },
    );
  });

  test("of an account of the house, through its checkpoints", async () => {
    const { rows } = await world.superuser.query("SELECT 1 FROM balance_checkpoints");
    expect(rows.length).toBeGreaterThan(4);
    await fc.assert(
      fc.asyncProperty(periods(), ({ from, to, limit }) =>
        expectReplayed([float], { from, to }, (cursor) =>
          getAccountStatement(viewer, { accountCode: float, from, to, cursor, limit }),
        ),
      ),
      { numRuns: 30 },
    );
  });

  test("the balance as of any instant counts what was posted up to it, and nothing else", async () => {
    const all = await replay([available()]);
    for (const at of instants) {
      const { availableMinor } = await getUserBalancesAsOf(viewer, {
        userId: customer.userId,
        currency: "ZAR",
        at,
      });
      expect(availableMinor).toBe(sum(all, (row) => row.at <= at));
    }
  });

  test("what comes in while somebody pages shifts nothing", async () => {
    const page = (cursor?: string) =>
      getAccountStatement(viewer, { accountCode: float, cursor, limit: 3 });
    const first = await page();
    const expected = await page(first.nextCursor ?? undefined);
    await world.fund(customer, 1_000n);
    const after = await page(first.nextCursor ?? undefined);
    expect(after.items).toEqual(expected.items);
    expect(after.account.balanceMinor).toBeGreaterThan(first.account.balanceMinor);
  });
});

test("the chart of accounts: what each holds, of the house and of one user", async () => {
  const house = await listLedgerAccounts(viewer);
  expect(house.map(({ code }) => code)).toContain(float);
  const own = await listLedgerAccounts(viewer, { userId: customer.userId });
  expect(own.map(({ name }) => name)).toEqual(["available", "pending", "receivable"]);
  for (const { code, balanceMinor, lastPostedAt } of [...house, ...own]) {
    const all = await replay([code]);
    expect([code, balanceMinor]).toEqual([code, sum(all, () => true)]);
    expect([code, lastPostedAt]).toEqual([code, all.at(-1)?.at ?? null]);
  }
  expect(await listLedgerAccounts(viewer, { userId: randomUUID() })).toEqual([]);
});

test("what is not there, a cursor that is not ours, a period that ends before it begins", async () => {
  const limit = 5;
  const missing = { code: "NOT_FOUND" };
  const nobody = { userId: randomUUID(), currency: "ZAR" } as const;
  await expect(getUserStatement(viewer, { ...nobody, limit })).rejects.toMatchObject(missing);
  await expect(getUserBalancesAsOf(viewer, { ...nobody, at: new Date() })).rejects.toMatchObject(
    missing,
  );
  await expect(
    getAccountStatement(viewer, { accountCode: "house:nothing:ZAR", limit }),
  ).rejects.toMatchObject(missing);
  for (const cursor of ["?", Buffer.from("2026-01-01 x").toString("base64url")]) {
    await expect(
      getAccountStatement(viewer, { accountCode: float, cursor, limit }),
    ).rejects.toMatchObject({ code: "INVALID_INPUT" });
  }
  const [to, from] = instants;
  const inverted = { userId: customer.userId, currency: "ZAR", from, to, limit } as const;
  await expect(getUserStatement(viewer, inverted)).rejects.toMatchObject({
    code: "INVALID_INPUT",
    message: "The period ends before it begins. Swap the two times.",
  });
});
