import { decideAdjustment } from "@revio-wallet/core/approval/decide-adjustment";
import { requestAdjustment } from "@revio-wallet/core/approval/request-adjustment";
import { click, deposit, type Flow, lookUp, type Stage } from "./stage.ts";

const reportSql = `
  INSERT INTO breaks (id, class, severity, subject, evidence, opened_by, opened_at, last_seen_at, state)
  VALUES ($1, 'uncleared', 'notice', 'simulation:1', '{}', 'checker', $2, $2, 'open') RETURNING id::text AS value`;

/** One asks for a correction that resolves a break, another approves it. */
export const adjustment: Flow = {
  prepare: async (stage) => {
    await deposit(stage, 40_000n);
    const { ids, scheduler } = stage.world;
    const now = scheduler.clock.now();
    stage.subjectId = (await lookUp(stage, reportSql, [ids.uuid(now), now])) ?? "";
  },
  act: async (stage) => {
    const { ids, scheduler } = stage.world;
    const idempotencyKey = ids.uuid(scheduler.clock.now());
    await click(stage, "reconciliation_maker", (ctx) =>
      requestAdjustment(ctx, {
        breakId: stage.subjectId,
        debitAccount: "house:adjustments:ZAR",
        creditAccount: `user:${stage.customer.userId}:available:ZAR`,
        amountMinor: 2_000n,
        reason: "simulation",
        idempotencyKey,
      }),
    );
    await decide(stage, (await lookUp(stage, openSql, [stage.subjectId])) ?? "");
  },
  ends: [[42_000n, 0n, 0n]],
  verify: async (stage) => {
    const state = await lookUp(stage, "SELECT state AS value FROM breaks WHERE id = $1", [
      stage.subjectId,
    ]);
    if (state !== "resolved") stage.world.violate("I13", "the break is still open");
  },
};

const openSql =
  "SELECT id::text AS value FROM approvals WHERE break_id = $1 AND state = 'requested'";

async function decide(stage: Stage, approvalId: string): Promise<void> {
  const decision = "approved";
  const operatorId =
    stage.world.template.operators.find(({ role }) => role === "administrator")?.id ?? "";
  await click(stage, "administrator", async (ctx) => {
    // Whatever the caller hears of it: from now on it may have been done.
    stage.world.decisions.push({ approvalId, operatorId, decision, answer: "info" });
    return decideAdjustment(ctx, { approvalId, decision });
  });
}
