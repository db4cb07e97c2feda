import { afterAll, describe, expect, inject, test } from "vitest";
import {
  depositCreate,
  depositWebhook,
  withdrawalApprove,
  withdrawalCreate,
  withdrawalResult,
  withdrawalSubmit,
} from "../../world/crash-flows.ts";
import {
  payoutDecide,
  suspenseRelease,
  unknownPurchaseHeld,
} from "../../world/crash-flows-recovery.ts";
import { expectSound } from "../../world/expect-sound.ts";
import { startMoneyWorld } from "../../world/money-world.ts";
import { asTask } from "../../world/tripwire.ts";

// One world for the file: whatever a crash left behind must not trouble those who come after.
const world = await startMoneyWorld({ superuserUrl: inject("superuserUrl") });
afterAll(() => world.close());

const flows = [
  depositWebhook,
  withdrawalSubmit,
  withdrawalResult,
  depositCreate,
  withdrawalCreate,
  withdrawalApprove,
  payoutDecide,
  unknownPurchaseHeld,
  suspenseRelease,
];

for (const flow of flows) {
  // Once without a crash, to learn where one is possible.
  const { ctx, process } = world.process();
  const dry = await flow.prepare(world);
  await asTask(() => dry.run(ctx));
  await dry.recover();
  await dry.check();
  // To die after one statement is to die before the next: one of the two is enough, and the very end.
  const points = process.points
    .map((point, index) => ({ point, index }))
    .filter(
      ({ point, index }) => point.startsWith("before") || index === process.points.length - 1,
    );

  describe(`the process dies while ${flow.name}`, () => {
    test("has points to die at", () => {
      expect(points.length).toBeGreaterThan(10);
    });

    test.each(points)("$index: $point", async ({ index }) => {
      const dying = world.process(index);
      const flowCase = await flow.prepare(world);
      await asTask(() => flowCase.run(dying.ctx)).catch(() => undefined);
      expect(dying.process.dead).toBe(true);
      await flowCase.recover();
      await flowCase.check();
      await expectSound(world);
    });
  });
}
