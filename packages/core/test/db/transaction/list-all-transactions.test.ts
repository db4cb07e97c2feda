import {
  cloneDatabase,
  type TestDatabase,
} from "@revio-wallet/db/testing/create-template-database";
import { seedTransactions } from "@revio-wallet/db/testing/seed-transactions";
import { transactionListQuery } from "@revio-wallet/db/sql/transaction-list";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import {
  listAllTransactions,
  toListFilter,
  type ListedTransaction,
  type TransactionsFilter,
} from "../../../src/transaction/list-all-transactions.ts";
import { operator } from "../../registered-user.ts";
import { testContext } from "../../test-context.ts";

let database: TestDatabase;
let superuser: Client;
let viewer: Awaited<ReturnType<typeof testContext>>;
/** All there is, oldest first, as the table has it. */
let everything: (ListedTransaction & { hasOpenBreak: boolean })[];
const range = { from: new Date("2026-08-01T00:00:00Z"), to: new Date("2026-11-01T00:00:00Z") };
const size = 12_000;

beforeAll(async () => {
  database = await cloneDatabase({ superuserUrl: inject("superuserUrl") });
  superuser = new Client({ connectionString: database.superuserUrl });
  await superuser.connect();
  await seedTransactions(superuser, { transactions: size, perUser: 100, ...range });
  await superuser.query(
    `INSERT INTO breaks (id, class, severity, subject, transaction_id, evidence, opened_by, opened_at, last_seen_at, state, resolution, resolved_at)
     SELECT gen_random_uuid(), 'amount_mismatch', 'warning', 'transaction:' || id || n, id, '{}', 'checker', now(), now(),
       CASE WHEN n = 3 THEN 'resolved' ELSE 'open' END, CASE WHEN n = 3 THEN 'match' END, CASE WHEN n = 3 THEN now() END
     FROM (SELECT id FROM transactions ORDER BY reference LIMIT 30) t CROSS JOIN generate_series(1, 3) n`,
  );
  await superuser.query("ANALYZE breaks");
  viewer = await operator(await testContext(database), superuser, "viewer");
  const { rows } = await database.pool.query<ListedTransaction & { hasOpenBreak: boolean }>(
    `SELECT id, kind, status, amount_minor AS "amountMinor", reference, user_id AS "userId", failure_code AS "failureCode", created_at AS "createdAt",
       EXISTS (SELECT FROM breaks b WHERE b.transaction_id = t.id AND b.state = 'open') AS "hasOpenBreak"
     FROM transactions t ORDER BY created_at, id`,
  );
  everything = rows;
});
afterAll(async () => {
  await superuser.end();
  await viewer.reader.$disconnect();
  await database.drop();
});

const anyOf = (status: string, kind = "withdrawal") => {
  const found = everything.find((one) => one.status === status && one.kind === kind);
  if (found === undefined) throw new Error(`no ${kind} is ${status}`);
  return found;
};

/** By name, each with what it should leave, said another way. */
const filters: Record<
  string,
  () => [TransactionsFilter, (one: (typeof everything)[number]) => boolean]
> = {
  "none at all": () => [{}, () => true],
  kinds: () => [{ kinds: ["refund"] }, ({ kind }) => kind === "refund"],
  statuses: () => [
    { statuses: ["in_doubt", "failed"] },
    ({ status }) => ["in_doubt", "failed"].includes(status),
  ],
  "kinds and statuses": () => [
    { kinds: ["deposit", "refund"], statuses: ["completed"] },
    ({ kind, status }) => kind !== "withdrawal" && status === "completed",
  ],
  "a kind without that status": () => [{ kinds: ["refund"], statuses: ["in_doubt"] }, () => false],
  "an exact amount": () => {
    const { amountMinor } = anyOf("completed");
    const exact = { minAmountMinor: amountMinor, maxAmountMinor: amountMinor };
    return [exact, (one) => one.amountMinor === amountMinor];
  },
  "a wide range of amounts": () => [
    { minAmountMinor: 20_000n, maxAmountMinor: 300_000n },
    ({ amountMinor }) => amountMinor >= 20_000n && amountMinor <= 300_000n,
  ],
  "a half-open range of time": () => {
    const [from, to] = [everything[700]?.createdAt, everything[1_400]?.createdAt];
    if (from === undefined || to === undefined) throw new Error("too few");
    return [{ from, to }, ({ createdAt }) => createdAt >= from && createdAt < to];
  },
  "a user": () => {
    const { userId } = anyOf("in_doubt");
    return [{ userId }, (one) => one.userId === userId];
  },
  "a user's withdrawals that failed": () => {
    const { userId } = anyOf("failed");
    return [
      { userId, kinds: ["withdrawal"], statuses: ["failed"] },
      (one) => one.userId === userId && one.kind === "withdrawal" && one.status === "failed",
    ];
  },
  "the beginning of a reference": () => {
    const prefix = anyOf("completed").reference.slice(0, 5);
    return [{ referencePrefix: prefix }, ({ reference }) => reference.startsWith(prefix)];
  },
  "a whole reference": () => {
    const { reference } = anyOf("completed", "deposit");
    return [{ referencePrefix: reference }, (one) => one.reference === reference];
  },
  "what failed it": () => [
    { failureCode: "payout_failed" },
    ({ failureCode }) => failureCode === "payout_failed",
  ],
  "an open break": () => [{ hasOpenBreak: true }, ({ hasOpenBreak }) => hasOpenBreak],
  everything: () => {
    const found = everything.find(({ hasOpenBreak }) => hasOpenBreak);
    if (found === undefined) throw new Error("no break");
    const filter: TransactionsFilter = {
      kinds: [found.kind],
      statuses: [found.status],
      minAmountMinor: found.amountMinor,
      maxAmountMinor: found.amountMinor,
      from: found.createdAt,
      to: new Date(found.createdAt.getTime() + 1),
      userId: found.userId,
      referencePrefix: found.reference,
      hasOpenBreak: true,
      ...(found.failureCode === null ? {} : { failureCode: found.failureCode }),
    };
    return [filter, ({ id }) => id === found.id];
  },
};

describe.each(Object.entries(filters))("by %s", (_, make) => {
  test.each(["newest_first", "oldest_first"] as const)(
    "C10 page by page, %s: just these, in order, none twice",
    async (order) => {
      const [filter, belongs] = make();
      const wanted = everything.filter(belongs).map(({ id }) => id);
      if (order === "newest_first") wanted.reverse();
      const seen: string[] = [];
      let cursor: string | undefined;
      // Of long lists the beginning and what follows at some depth.
      for (let pages = 0; pages < 12; pages++) {
        const page = await listAllTransactions(viewer, { ...filter, order, cursor, limit: 100 });
        seen.push(...page.items.map(({ id }) => id));
        cursor = page.nextCursor ?? undefined;
        if (cursor === undefined) break;
      }
      expect(seen).toEqual(cursor === undefined ? wanted : wanted.slice(0, seen.length));
      expect(seen.length).toBe(Math.min(wanted.length, 1_200));
    },
  );
});

interface Plan {
  "Relation Name"?: string;
  "Node Type": string;
  "Actual Rows": number;
  "Actual Loops": number;
  "Rows Removed by Filter"?: number;
  Plans?: Plan[];
}

const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];

async function planOf(filter: TransactionsFilter, after: ListedTransaction | undefined) {
  const page = { newestFirst: true, after, limit: 51 };
  const { text, values } = await transactionListQuery(database.pool, toListFilter(filter), page);
  const { rows } = await database.pool.query<{ "QUERY PLAN": [{ Plan: Plan }] }>(
    `EXPLAIN (ANALYZE, FORMAT JSON, TIMING OFF) ${text}`,
    values,
  );
  const [row] = rows;
  if (row === undefined) throw new Error("EXPLAIN explains");
  return nodesOf(row["QUERY PLAN"][0].Plan).filter(
    (node) => node["Relation Name"] === "transactions",
  );
}

/** Filters whose order stands in an index: a page of them reads a page, wherever it lies. */
const inOrder = [
  "none at all",
  "kinds",
  "statuses",
  "kinds and statuses",
  "a half-open range of time",
  "a user",
  "what failed it",
];

test.each(inOrder)(
  "C10 by %s: a page reads about as much as it shows, at any depth",
  async (name) => {
    const [filter, belongs] = filters[name]?.() ?? [{}, () => true];
    const newestFirst = everything.filter(belongs).toReversed();
    for (const depth of [0, 0.1, 0.5, 0.9]) {
      const after = newestFirst[Math.floor(newestFirst.length * depth)];
      const nodes = await planOf(filter, depth === 0 ? undefined : after);
      expect(nodes.map((node) => node["Node Type"])).not.toContain("Seq Scan");
      const read = nodes.reduce(
        (sum, node) =>
          sum +
          (node["Actual Rows"] + (node["Rows Removed by Filter"] ?? 0)) * node["Actual Loops"],
        0,
      );
      // At most a page for each pair of kind and status.
      expect(read).toBeLessThanOrEqual(51 * 7);
    }
  },
);

test.each([
  "an exact amount",
  "the beginning of a reference",
  "a whole reference",
  "an open break",
])("C10 by %s: only what fits is read", async (name) => {
  const [filter, belongs] = filters[name]?.() ?? [{}, () => true];
  const nodes = await planOf(filter, undefined);
  expect(nodes.map((node) => node["Node Type"])).not.toContain("Seq Scan");
  const read = Math.max(
    ...nodes.map((node) => node["Actual Rows"] + (node["Rows Removed by Filter"] ?? 0)),
  );
  expect(read).toBeLessThanOrEqual(everything.filter(belongs).length);
});

test("who is no operator lists nothing; a cursor of somebody else's is refused", async () => {
  const list = { order: "newest_first", limit: 1 } as const;
  const user = { ...viewer, actor: { kind: "user", id: viewer.actor.id, sessionId: "" } as const };
  await expect(listAllTransactions(user, list)).rejects.toMatchObject({ code: "FORBIDDEN" });
  await expect(listAllTransactions(viewer, { ...list, cursor: "?" })).rejects.toMatchObject({
    code: "INVALID_INPUT",
  });
});
