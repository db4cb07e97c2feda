import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { getRun } from "../../../src/reconciliation/get-run.ts";
import { listRuns } from "../../../src/reconciliation/list-runs.ts";
import { requestDailyRuns } from "../../../src/reconciliation/request-daily-runs.ts";
import { requestRun } from "../../../src/reconciliation/request-run.ts";
import { sweepTransactions } from "../../../src/revio/sweep-transactions.ts";
import { operator } from "../../registered-user.ts";
import { type MoneyWorld, startMoneyWorld } from "../../world/money-world.ts";

let world: MoneyWorld;
beforeAll(async () => {
  world = await startMoneyWorld({ superuserUrl: inject("superuserUrl") });
});
afterAll(() => world.close());

const hour = 60 * 60_000;
const daily = () => requestDailyRuns(world.ctx);
const windows = async (kind: string) => {
  const { rows } = await world.database.pool.query<{ window: string }>(
    `SELECT concat_ws(' ', window_from AT TIME ZONE 'Africa/Johannesburg', '→', window_to AT TIME ZONE 'Africa/Johannesburg') AS window
     FROM reconciliation_runs WHERE kind = $1 ORDER BY window_from`,
    [kind],
  );
  return rows.map(({ window }) => window);
};

test("the first time: yesterday, from midnight to midnight in Johannesburg, all three kinds", async () => {
  await daily();
  for (const kind of ["objects", "statement", "float"]) {
    const [window, ...others] = await windows(kind);
    expect(others).toEqual([]);
    expect(window).toMatch(/ 00:00:00 → .* 00:00:00$/);
  }
  expect(await world.jobs.waiting("reconciliation.run")).toBe(3);
});

test("F70: twice a day is once", async () => {
  await Promise.all([daily(), daily(), daily()]);
  expect(await windows("objects")).toHaveLength(1);
  expect(await world.jobs.waiting("reconciliation.run")).toBe(3);
});

test("F70: after three days of silence the missed ones are caught up; of the float only the last", async () => {
  await world.advance(3 * 24 * hour);
  await daily();
  const all = await windows("statement");
  expect(all).toHaveLength(4);
  // Each begins where the one before it ends.
  for (const [index, window] of all.slice(1).entries()) {
    expect(window.split(" → ")[0]).toBe(all[index]?.split(" → ")[1]);
  }
  expect(await windows("objects")).toEqual(all);
  expect(await windows("float")).toEqual([all[0], all[3]]);
});

const sweep = () => sweepTransactions(world.ctx);
const running = async () => {
  const { rows } = await world.database.pool.query<{ kind: string }>(
    "SELECT kind FROM reconciliation_runs WHERE state = 'running'",
  );
  return rows.map(({ kind }) => kind);
};
const waiting = () => world.jobs.waiting("reconciliation.run");

test("runs whose jobs are dead get others the same day, after growing pauses, a few in all; each run stays one", async () => {
  while ((await running()).length > 0) await world.drain(hour);
  await world.advance(24 * hour);
  await daily();
  const { rows: before } = await world.database.pool.query("SELECT id FROM reconciliation_runs");
  expect(await waiting()).toBe(3);
  await world.jobs.lose();
  const remade: number[] = [];
  let made = 0;
  for (let minutes = 10; minutes <= 24 * 60; minutes += 10) {
    await world.advance(10 * 60_000);
    await Promise.all([sweep(), sweep()]);
    // The runs stand still since moments that differ a little: one may be due in this look, the others in the next.
    made += await waiting();
    // Every one of them dies as well.
    await world.jobs.lose();
    if (made < 3) continue;
    expect(made).toBe(3);
    made = 0;
    remade.push(minutes);
  }
  expect(made).toBe(0);
  expect(remade.length).toBeLessThanOrEqual(6);
  expect(remade[0]).toBeLessThanOrEqual(40);
  const pauses = remade.map((minutes, index) => minutes - (remade[index - 1] ?? 0));
  for (const [index, pause] of pauses.slice(2).entries()) {
    expect(pause).toBeGreaterThan(pauses[index + 1] ?? 0);
  }
  await world.advance(24 * hour);
  await sweep();
  expect(await waiting()).toBe(3);
  while ((await running()).length > 0) await world.drain(hour);
  const { rows: after } = await world.database.pool.query("SELECT id FROM reconciliation_runs");
  expect(after).toEqual(before);
});

test("runs that wait for Revio's file are looked after: no second job is made beside theirs", async () => {
  await world.sandbox.settings({ statementDelaySeconds: 3 * 60 * 60 });
  await world.advance(24 * hour);
  await daily();
  for (let looks = 0; looks < 12; looks += 1) {
    await world.drain(10 * 60_000);
    await sweep();
    const kinds = await running();
    expect(kinds).toContain("statement");
    expect(await waiting()).toBe(kinds.length);
  }
  await world.sandbox.settings({ statementDelaySeconds: 2 });
  await world.drain(3 * hour);
  expect(await waiting()).toBe(0);
});

test("operators: who may ask, who may look", async () => {
  const to = new Date(world.ctx.clock.now().getTime() - hour);
  const window = {
    kind: "objects" as const,
    windowFrom: new Date(to.getTime() - hour),
    windowTo: to,
  };
  const as = (role: string) => operator(world.ctx, world.superuser, role);
  for (const role of ["viewer", "support"]) {
    await expect(requestRun(await as(role), window)).rejects.toMatchObject({ code: "FORBIDDEN" });
  }
  const maker = await as("reconciliation_maker");
  const run = await requestRun(maker, window);
  expect(run).toMatchObject({ requestedByKind: "operator", requestedBy: maker.actor.id });
  const viewer = await as("viewer");
  const [first, second] = await listRuns(viewer, { limit: 2 });
  expect(first?.id).toBe(run.id);
  expect((await listRuns(viewer, { before: run.id, limit: 1 }))[0]?.id).toBe(second?.id);
  expect(await getRun(viewer, { runId: run.id })).toEqual(first);
  const customer = await world.customer();
  await expect(getRun(customer.as, { runId: run.id })).rejects.toMatchObject({ code: "FORBIDDEN" });
});

test.each([
  ["one that is not over", 0, 2 * hour],
  ["an empty one", 0, 0],
  ["one that ends before it begins", 0, -hour],
  ["two months", -60 * 24 * hour, 0],
])("no window: %s", async (_, from, to) => {
  const now = world.ctx.clock.now().getTime();
  await expect(
    requestRun(world.ctx, {
      kind: "statement",
      windowFrom: new Date(now + from),
      windowTo: new Date(now + to),
    }),
  ).rejects.toMatchObject({ code: "INVALID_INPUT" });
});
