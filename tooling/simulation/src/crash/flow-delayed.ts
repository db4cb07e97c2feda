import { findPurchase, payLater } from "../actors/payer.ts";
import { ask, type Flow, wait } from "./stage.ts";

/** A deposit that is taken while Revio cannot be reached: the background opens its checkout. */
export const delayed: Flow = {
  act: async (stage) => {
    const { world } = stage;
    const reachableAt = world.scheduler.nowMs() + 30_000;
    world.faults.onCall = () => (world.scheduler.nowMs() < reachableAt ? "refused" : undefined);
    stage.transactionId = await ask(stage, "deposit", 40_000n);
    while ((await findPurchase(world, stage.transactionId)) === undefined) await wait(stage, 5_000);
    payLater(world, stage.transactionId, { certain: true });
  },
  ends: [[40_000n, 0n, 0n]],
};
