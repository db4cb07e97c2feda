import { requestRun } from "@revio-wallet/core/reconciliation/request-run";
import { control } from "../actors/payer.ts";
import { startMs } from "../base-context.ts";
import { checkReconciliation } from "../invariants/reconciliation.ts";
import { ask, atRevio, click, deposit, type Flow, lookUp, wait } from "./stage.ts";

const kinds = ["objects", "statement", "float"] as const;

/**
 * All three runs over a past in which Revio's word was lost: a refund, and a payout that the bank sent back, which only its
 * statement tells; and a line of that lies.
 */
export const reconciliation: Flow = {
  prepare: async (stage) => {
    const { world } = stage;
    await deposit(stage, 40_000n);
    const { transactionId } = stage;
    const loss = { match: { event: "payment.refunded" }, times: null, kind: "drop" };
    await world.sandbox.control("POST", "webhook-faults", loss);
    await wait(stage, 60_000);
    stage.transactionId = await ask(stage, "withdrawal", 10_000n);
    await deposit(stage, 20_000n);
    const lying = stage.transactionId;
    await wait(stage, 120_000);
    await atRevio({ ...stage, transactionId }, "refund", { amount: 5_000 });
    const [payout] = (await world.sandbox.control("GET", "payouts")) as { id: string }[];
    await control(world, "bank", `payouts/${payout?.id}/return`);
    const sql = "SELECT reference AS value FROM transactions WHERE id = $1";
    await world.sandbox.control("POST", "statement-faults", {
      match: { reference: await lookUp(stage, sql, [lying]), product: "purchase" },
      kind: "alter",
      set: { amountMinor: 20_001 },
    });
    world.falseLine = { transactionId: lying, class: "amount_mismatch" };
  },
  act: async (stage) => {
    const window = {
      windowFrom: new Date(startMs),
      windowTo: stage.world.scheduler.clock.now(),
    };
    for (const kind of kinds) {
      await click(stage, "operator", (ctx) => requestRun(ctx, { kind, ...window }));
      // One after the other, in this order: at once they are in the seeds.
      await wait(stage, 120_000);
    }
  },
  ends: [[55_000n, 0n, 0n]],
  verify: ({ world }) => checkReconciliation(world),
};
