import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { singleBlows, tryBlows } from "../../src/crash/command.ts";
import { flows } from "../../src/crash/flows.ts";
import { runFlow } from "../../src/crash/run-flow.ts";
import { createRandom } from "../../src/random.ts";
import { createTemplate, type Template } from "../../src/template.ts";

let template: Template;
beforeAll(async () => {
  template = await createTemplate(inject("superuserUrl"));
});
afterAll(() => template.drop());

/** Blows of a flow that a test run tries; all of them: pnpm sim --crash-points. */
const sample = 4;

async function redOf(name: string, blows: Parameters<typeof tryBlows>[2]): Promise<string[]> {
  const red: string[] = [];
  await tryBlows(template, name, blows, (line) => {
    if (!/: \d+ of \d+$/.test(line)) red.push(line);
  });
  return red;
}

describe("whatever dies, or loses its connection, at whatever point: it is booked once, and every invariant holds", () => {
  test.each(Object.keys(flows))(
    "F41 F53 F54 %s",
    async (name) => {
      const calm = await runFlow(template, name, []);
      expect(calm.violations).toEqual([]);
      expect(calm.points.length).toBeGreaterThan(20);
      // Spread over the whole course, at another place in each flow.
      const all = singleBlows(calm);
      const stride = Math.floor(all.length / sample);
      const from = createRandom(`sample of ${name}`).int(0, stride - 1);
      const blows = Array.from({ length: sample }, (_, index) => [all[from + index * stride]!]);
      expect(await redOf(name, blows)).toEqual([]);
    },
    900_000,
  );

  test("F55 it dies again while it recovers", async () => {
    for (const name of ["adjustment", "refund"]) {
      const [first, second] = [createRandom(`first of ${name}`).int(5, 15), 3];
      const blows = [first, first + second].map((at) => ({ kind: "kill" as const, at }));
      expect(await redOf(name, [blows])).toEqual([]);
    }
  }, 900_000);
});
