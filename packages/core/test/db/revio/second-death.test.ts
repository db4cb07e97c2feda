import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { withdrawalSubmit } from "../../world/crash-flows.ts";
import { expectSound } from "../../world/expect-sound.ts";
import { type MoneyWorld, startMoneyWorld } from "../../world/money-world.ts";
import { asTask } from "../../world/tripwire.ts";

let world: MoneyWorld;
beforeAll(async () => {
  world = await startMoneyWorld({ superuserUrl: inject("superuserUrl") });
});
afterAll(() => world.close());

/** Where something becomes durable, here or at Revio. */
const matters = (point: string) => /^(before|after) (COMMIT|payouts\.(create|execute))/.test(point);

test("F55 the worker dies before it notes what Revio answered, and the next one dies while it recovers that: executed at most once, and it ends", async () => {
  const dry = world.process();
  const whole = await withdrawalSubmit.prepare(world);
  await asTask(() => whole.run(dry.ctx));
  await whole.recover();
  const firstDeaths = dry.process.points.flatMap((point, index) =>
    /after payouts\.(create|execute)/.test(point) ? [index] : [],
  );
  expect(firstDeaths).toHaveLength(2);
  let pairs = 0;
  for (const firstAt of firstDeaths) {
    // The second one lives in the first round, to learn where it may die.
    let secondDeaths: (number | undefined)[] = [undefined];
    for (let secondAt = secondDeaths.shift(); ; secondAt = secondDeaths.shift()) {
      const flow = await withdrawalSubmit.prepare(world);
      const first = world.process(firstAt);
      await asTask(() => flow.run(first.ctx)).catch(() => undefined);
      expect(first.process.dead).toBe(true);
      const second = world.process(secondAt);
      // Whoever takes over takes over all: the job, and the events that came meanwhile. Past the lease of the first.
      await world.advance(3 * 60_000);
      for (let round = 0; round < 3; round++) {
        await asTask(() => world.runJobs({ as: second.ctx })).catch(() => undefined);
      }
      if (secondAt === undefined) {
        secondDeaths = second.process.points.flatMap((point, index) =>
          matters(point) ? [index] : [],
        );
      } else if (second.process.dead) {
        // Webhooks come when they come: now and then there is one point less.
        pairs += 1;
      }
      await flow.recover();
      await flow.check();
      await expectSound(world);
      if (secondDeaths.length === 0) break;
    }
  }
  expect(pairs).toBeGreaterThan(3);
}, 180_000);
