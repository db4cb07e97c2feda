import {
  findReconciliationRun,
  type ReconciliationKind,
} from "@revio-wallet/db/sql/reconciliation-runs";
import { afterAll, describe, expect, inject, test } from "vitest";
import { requestRun } from "../../../src/reconciliation/request-run.ts";
import { runReconciliation } from "../../../src/revio/run-reconciliation.ts";
import { startMoneyWorld, type WorldContext } from "../../world/money-world.ts";
import { openBreaks, untilEnded } from "../../world/reconcile.ts";
import { asTask, type Process } from "../../world/tripwire.ts";

// One world and one past for the file: every run looks at the same, through a window that differs by a second.
const world = await startMoneyWorld({
  superuserUrl: inject("superuserUrl"),
  settings: { statementDelaySeconds: 0 },
});
afterAll(() => world.close());

const from = world.ctx.clock.now();
const customer = await world.customer();
const wrong = await world.fund(customer, 100_000n);
await world.fund(customer, 50_000n);
await world.withdraw(customer, 40_000n);
await world.settle();
const [purchase] = await world.sandbox.purchases(wrong.reference);
const purchaseId = String(purchase?.id);
const match = { match: { id: purchaseId }, kind: "alter", set: { amountMinor: 99_999 } };
await world.sandbox.post("statement-faults", match);
await world.sandbox.post("faults", {
  match: { operation: "purchases.get", objectId: purchaseId },
  kind: "rewrite",
  set: { "payment.amount": 99_999 },
  times: null,
});
await world.sandbox.settings({ balanceSkewMinor: -7 });
await world.advance(60_000);
const to = world.ctx.clock.now();

let windows = 0;
/** A new run over the same. What an earlier one has found is put away. */
async function newRun(kind: ReconciliationKind): Promise<string> {
  await world.superuser.query(
    "UPDATE breaks SET state = 'resolved', resolution = 'match', resolved_at = now() WHERE state = 'open'",
  );
  windows += 1;
  const windowFrom = new Date(from.getTime() - windows * 1_000);
  const { id } = await requestRun(world.ctx, { kind, windowFrom, windowTo: to });
  return id;
}

/** What one process does about a run, job after job, until the run or the process has ended. */
async function work(id: string, ctx: WorldContext, process: Process): Promise<void> {
  for (let jobs = 0; jobs < 100 && !process.dead; jobs += 1) {
    await asTask(() => runReconciliation(ctx, { runId: id })).catch((error: unknown) => {
      if (!process.dead) throw error;
    });
    if ((await findReconciliationRun(world.database.pool, id))?.state !== "running") return;
    await world.advance(60_000);
  }
}

const results = async (id: string) => {
  const run = await findReconciliationRun(world.database.pool, id);
  const { state, checkedCount, breakCount, lineCount } = run ?? {};
  return { state, checkedCount, breakCount, lineCount, breaks: await openBreaks(world) };
};

for (const kind of ["objects", "statement", "float"] as const) {
  // Once without a crash, to learn where one is possible, and what comes of it.
  const dry = world.process();
  const dryId = await newRun(kind);
  await work(dryId, dry.ctx, dry.process);
  const expected = await results(dryId);
  const points = dry.process.points
    .map((point, index) => ({ point, index }))
    .filter(({ point }) => point.startsWith("before"))
    // To die between two statements of one database transaction is to die before its COMMIT: those stand for the rest.
    .filter(({ point }) => /COMMIT|before (purchases|payouts|balance|company)/.test(point));

  describe(`F115: the process dies during a run over ${kind}`, () => {
    test("which finds what is planted, without a crash", () => {
      expect(expected).toMatchObject({ state: "completed" });
      expect(expected.breaks).toHaveLength(1);
      expect(points.length).toBeGreaterThan(3);
    });

    test.each(points)(
      "$index: $point: another goes on, and comes to the same",
      async ({ index }) => {
        const dying = world.process(index);
        const id = await newRun(kind);
        await work(id, dying.ctx, dying.process);
        expect(dying.process.dead).toBe(true);
        await untilEnded(world, id);
        expect(await results(id)).toEqual(expected);
      },
    );

    test("three processes at once come to the same", async () => {
      const id = await newRun(kind);
      for (let jobs = 0; jobs < 50; jobs += 1) {
        const runs = [0, 1, 2].map(() => {
          const { ctx } = world.process();
          return asTask(() => runReconciliation(ctx, { runId: id }));
        });
        await Promise.all(runs);
        if ((await findReconciliationRun(world.database.pool, id))?.state !== "running") break;
        await world.advance(60_000);
      }
      await untilEnded(world, id);
      expect(await results(id)).toEqual(expected);
    });
  });
}
