import { randomUUID } from "node:crypto";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seedTransactions } from "@revio-wallet/db/testing/seed-transactions";
import { toAppError } from "../../src/trpc/errors.ts";
import { signedInOperator } from "../signed-in-operator.ts";
import { asOperator } from "./callers.ts";
import { openTestServices, type TestServices } from "./services.ts";

let services: TestServices;
let superuser: Client;
const operatorAs = async (role: string) =>
  asOperator(services, await signedInOperator(superuser, role));
const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => "OK",
    (error: unknown) => toAppError(error).code,
  );

beforeAll(async () => {
  services = await openTestServices("api");
  await services.startQueue();
  superuser = new Client({ connectionString: services.database.superuserUrl });
  await superuser.connect();
  const range = { from: new Date("2026-11-20T00:00:00Z"), to: new Date("2026-11-26T00:00:00Z") };
  await seedTransactions(superuser, { transactions: 600, perUser: 60, ...range });
});
afterAll(async () => {
  await superuser.end();
  await services[Symbol.asyncDispose]();
});

const anyOf = async (status: string) => {
  const viewer = await operatorAs("viewer");
  const { items } = await viewer.transaction.list({ statuses: [status as "in_doubt"], limit: 1 });
  const [found] = items;
  if (found === undefined) throw new Error(`none is ${status}`);
  return found;
};

test("the whole page of each kind and status passes its contract: head, timeline, entries", async () => {
  const viewer = await operatorAs("viewer");
  const seen = new Set<string>();
  for (const filter of [
    ...(["completed", "failed", "in_doubt", "awaiting_approval", "expired"] as const).map(
      (status) => ({
        statuses: [status],
      }),
    ),
    { kinds: ["refund" as const] },
  ]) {
    const { items } = await viewer.transaction.list(filter);
    expect(items.length).toBeGreaterThan(0);
    for (const { id: transactionId, kind } of items.slice(0, 4)) {
      const head = await viewer.transaction.get({ transactionId });
      expect(head.transaction).toMatchObject({ id: transactionId, kind });
      const { entries } = await viewer.transaction.timeline({ transactionId });
      expect(entries.length).toBeGreaterThan(1);
      const ledger = await viewer.transaction.entries({ transactionId });
      for (const { totals } of ledger.entries) {
        expect(totals.map(({ isBalanced }) => isBalanced)).toEqual([true]);
      }
      seen.add(kind);
    }
  }
  expect([...seen].sort()).toEqual(["deposit", "refund", "withdrawal"]);
});

test("C22 jobs that wait and jobs that have died stand in the timeline; the next look on the page", async () => {
  const viewer = await operatorAs("viewer");
  const { id: transactionId } = await anyOf("in_doubt");
  const at = new Date(Date.now() + 90_000);
  await superuser.query(
    `INSERT INTO pgboss.job (name, data, start_after, state) VALUES ('withdrawal.check', $1, $2, 'created'),
       ('withdrawal.submit.dead', $1, now(), 'created'), ('withdrawal.check', $3, now(), 'created'), ('withdrawal.check', $1, now(), 'completed')`,
    [
      JSON.stringify({ transactionId, look: 3 }),
      at,
      JSON.stringify({ transactionId: randomUUID(), look: 1 }),
    ],
  );
  const { entries } = await viewer.transaction.timeline({ transactionId });
  const jobs = entries.filter(({ kind }) => kind === "job");
  expect(jobs.map(({ what, details }) => `${what} ${String(details["queue"])}`).sort()).toEqual([
    "job.created withdrawal.check",
    "job.died withdrawal.submit",
  ]);
  const { nextJob } = await viewer.transaction.get({ transactionId });
  expect(nextJob).toEqual({ queue: "withdrawal.check", at });
});

test("ids that there are not, and input that makes no sense", async () => {
  const viewer = await operatorAs("viewer");
  for (const call of ["get", "timeline", "entries"] as const) {
    expect(await codeOf(viewer.transaction[call]({ transactionId: randomUUID() }))).toBe(
      "NOT_FOUND",
    );
  }
  for (const input of [
    { limit: 101 },
    { kinds: [] },
    { referencePrefix: "%" },
    { failureCode: "'" },
    { userId: "me" },
    { minAmountMinor: -1n },
    { minAmountMinor: 2n ** 63n },
  ]) {
    expect(await codeOf(viewer.transaction.list(input as never))).toBe("INVALID_INPUT");
  }
});

describe("C06 saved views", () => {
  const view = (over: object = {}) => ({
    viewId: randomUUID(),
    list: "transactions",
    name: `view ${randomUUID()}`,
    isShared: false,
    filters: { status: ["in_doubt", "failed"], from: "last-24h" },
    ...over,
  });
  const audited = async (viewId: string) => {
    const { rows } = await superuser.query<{ action: string }>(
      "SELECT action FROM audit_events WHERE subject_kind = 'view' AND subject_id = $1 ORDER BY sequence",
      [viewId],
    );
    return rows.map(({ action }) => action);
  };

  test("one's own, by name, changed and deleted; each step on record", async () => {
    const mine = await operatorAs("support");
    const saved = await mine.view.save(view({ name: "mine" }));
    const again = await mine.view.save({ ...view(), viewId: saved.id, name: "mine, later" });
    expect(again.createdAt).toEqual(saved.createdAt);
    const { views } = await mine.view.list({ list: "transactions" });
    expect(views).toMatchObject([
      { id: saved.id, name: "mine, later", isMine: true, ownerName: "Test Operator" },
    ]);
    await mine.view.delete({ viewId: saved.id });
    expect(await codeOf(mine.view.delete({ viewId: saved.id }))).toBe("NOT_FOUND");
    expect(await audited(saved.id)).toEqual(["view.saved", "view.changed", "view.deleted"]);
  });

  test("the same filters said otherwise are the same view", async () => {
    const mine = await operatorAs("viewer");
    await mine.view.save(view());
    const said = {
      from: "last-24h",
      status: ["failed", " in_doubt", "failed"],
      cursor: "abc",
      user: "",
    };
    expect(await codeOf(mine.view.save(view({ filters: said })))).toBe("DUPLICATE");
    const other = await operatorAs("viewer");
    expect(await codeOf(other.view.save(view()))).toBe("OK");
  });

  test("a name is taken once; what is shared is shared once, seen by all, and changed by its owner alone", async () => {
    const [owner, other] = [await operatorAs("operator"), await operatorAs("viewer")];
    const filters = { kind: "withdrawal" };
    const shared = await owner.view.save(view({ name: "shared", isShared: true, filters }));
    expect(
      await codeOf(owner.view.save(view({ name: "shared", filters: { kind: "deposit" } }))),
    ).toBe("DUPLICATE");
    expect(await codeOf(other.view.save(view({ isShared: true, filters })))).toBe("DUPLICATE");
    const { views } = await other.view.list({ list: "transactions" });
    expect(views.find(({ id }) => id === shared.id)).toMatchObject({ isMine: false, filters });
    expect(await codeOf(other.view.save(view({ viewId: shared.id, filters: { a: "b" } })))).toBe(
      "NOT_FOUND",
    );
    expect(await codeOf(other.view.delete({ viewId: shared.id }))).toBe("NOT_FOUND");
    const { views: elsewhere } = await other.view.list({ list: "breaks" });
    expect(elsewhere).toEqual([]);
  });

  test("saved twice at once under one id it is one view", async () => {
    const mine = await operatorAs("support");
    const one = view({ filters: { kind: "refund" } });
    const codes = await Promise.all([1, 2, 3].map(() => codeOf(mine.view.save(one))));
    expect(codes).toContain("OK");
    const { views } = await mine.view.list({ list: "transactions" });
    expect(views.filter(({ isMine }) => isMine)).toHaveLength(1);
  });
});
