import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { describeRed, singleBlows } from "../../src/crash/command.ts";
import { runFlow } from "../../src/crash/run-flow.ts";
import { createTemplate, type Template } from "../../src/template.ts";

let template: Template;
beforeAll(async () => {
  template = await createTemplate(inject("superuserUrl"));
});
afterAll(() => template.drop());

// The other flows, cut connections and pairs: pnpm sim --crash-points.
test.each(["refund", "chargeback"])(
  "F41 F53 F54 whatever dies at whatever point of a %s: it is booked once, and every invariant holds",
  async (name) => {
    const calm = await runFlow(template, name, []);
    expect(calm.violations).toEqual([]);
    const kills = singleBlows(calm).filter(({ kind }) => kind === "kill");
    expect(kills.length).toBeGreaterThan(20);
    const red: string[] = [];
    // Four worlds at once: each waits for its own database most of the time.
    const takeKills = async () => {
      for (let blow = kills.pop(); blow !== undefined; blow = kills.pop()) {
        const result = await runFlow(template, name, [blow]);
        if (result.violations.length > 0) red.push(describeRed(name, [blow], result));
      }
    };
    await Promise.all([takeKills(), takeKills(), takeKills(), takeKills()]);
    expect(red).toEqual([]);
  },
  900_000,
);
