import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { regressions } from "../../regressions.ts";
import { redLine } from "../../src/report.ts";
import { liveTwice, runBatch } from "../../src/run-batch.ts";
import { plantedBugs } from "../../src/planted/bugs.ts";
import { createTemplate, type Template } from "../../src/template.ts";

declare module "vitest" {
  interface ProvidedContext {
    superuserUrl: string;
  }
}

let template: Template;
beforeAll(async () => {
  template = await createTemplate(inject("superuserUrl"));
});
afterAll(() => template.drop());

test("four seeds, each lived twice with the same trace: every invariant holds", async () => {
  const batch = await runBatch(template, { from: 1, seeds: 4, parallel: 2 });
  expect(batch.red.map(redLine)).toEqual([]);
  expect(batch.seeds).toBe(4);
  expect(batch.injected.size).toBeGreaterThan(5);
}, 900_000);

test.each(regressions)("seed $seed, which once found: $found", async ({ seed }) => {
  expect((await liveTwice(template, seed)).violations).toEqual([]);
});

describe("a bug that is put in on purpose is found, and named", () => {
  // Those that need no edit of a module; all of them: pnpm sim --planted.
  test.each(["B06", "B12", "B17"])(
    "%s",
    async (id) => {
      const bug = plantedBugs[id];
      const batch = await runBatch(template, {
        from: 1,
        seeds: 20,
        parallel: 1,
        stopAt: ({ violations }) => violations.length > 0,
        once: true,
        ...(bug?.plant === undefined ? {} : { plant: bug.plant }),
      });
      const named = batch.red[0]?.violations.map(({ invariant }) => invariant) ?? [];
      expect(bug?.caughtBy.some((invariant) => named.includes(invariant))).toBe(true);
    },
    900_000,
  );
});
