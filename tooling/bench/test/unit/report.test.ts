import { describe, expect, test } from "vitest";
import type { Measured } from "../../src/ledger/measure-ledger.ts";
import type { ScenarioName } from "../../src/ledger/scenarios.ts";
import { readOptions } from "../../src/options.ts";
import {
  type BenchReport,
  compareScenarios,
  definitions,
  postingFigures,
} from "../../src/report/bench-report.ts";
import { formatReport } from "../../src/report/format-report.ts";
import { isMet } from "../../src/report/goals.ts";

function measured(name: ScenarioName, entriesPerOperation: number, operations: number[]): Measured {
  return {
    scenario: { name, title: name, entriesPerOperation, operation: () => Promise.resolve() },
    slices: operations.map((count) => ({
      operations: count,
      elapsedMs: 500,
      latenciesMs: Array.from({ length: count }, (_, index) => index + 1),
    })),
  };
}

const all = new Map<ScenarioName, Measured>([
  ["floor", measured("floor", 1, [1_000, 500])],
  ["guarded", measured("guarded", 1, [800, 400])],
  ["spread", measured("spread", 1, [700, 300])],
  ["hot", measured("hot", 1, [630, 270])],
  ["batch", measured("batch", 100, [35, 15])],
]);

function report(): BenchReport {
  const ratiosByRound = compareScenarios(all);
  return {
    startedAt: "2026-11-24T00:00:00.000Z",
    quick: true,
    machine: {
      cores: 2,
      cpu: "test",
      loadBefore: 0,
      node: "v24",
      postgres: "18",
      settings: { fsync: "on" },
      fileSystem: "ext4",
      diskFlushMs: 0.5,
    },
    method: { accounts: 10_000, lanes: 10, rounds: 2, sliceMs: 500, ...definitions },
    posting: Object.fromEntries(
      [...all].map(([name, scenario]) => [name, postingFigures(scenario)]),
    ) as BenchReport["posting"],
    requests: [],
    ratios: {
      single_vs_floor: 0.65,
      single_vs_guarded_floor: 0.81,
      hot_vs_spread: 0.9,
      batch_vs_single: 3.9,
    },
    ratiosByRound,
    ledgerVerified: true,
  };
}

test("a batch counts with all its entries", () => {
  expect(all.get("batch") && postingFigures(all.get("batch")!).entriesPerSecond).toEqual({
    median: 5_000,
    lowest: 3_000,
    highest: 7_000,
  });
});

test("ratios compare rounds pair by pair", () => {
  const ratios = compareScenarios(all);
  expect(ratios.single_vs_floor).toMatchObject({ lowest: 0.6, highest: 0.7 });
  expect(ratios.single_vs_floor.median).toBeCloseTo(0.65);
  expect(ratios.single_vs_guarded_floor.median).toBeCloseTo((0.875 + 0.75) / 2);
  expect(ratios.hot_vs_spread.median).toBeCloseTo(0.9);
  expect(ratios.batch_vs_single).toEqual({ median: 5, lowest: 5, highest: 5 });
});

test("a scenario that was not measured is an error, not a ratio of nothing", () => {
  expect(() => compareScenarios(new Map([...all].slice(1)))).toThrow("floor was not measured");
});

describe("the printed report", () => {
  test("says of each ratio whether its goal is met", () => {
    const lines = formatReport(report()).split("\n");
    expect(lines.find((line) => line.startsWith("single_vs_floor"))).toMatch(/≥ 0\.6\s+met$/);
    expect(lines.find((line) => line.startsWith("batch_vs_single"))).toMatch(/≥ 4\s+missed$/);
  });

  test("names settings, and whether the ledger verifies", () => {
    expect(formatReport(report())).toContain("fsync=on");
    expect(formatReport(report())).toMatch(/ledger verified$/);
    expect(formatReport({ ...report(), ledgerVerified: false })).toMatch(/DOES NOT VERIFY$/);
  });
});

test("a goal is met when it is reached", () => {
  expect(isMet("hot_vs_spread", 0.8)).toBe(true);
  expect(isMet("hot_vs_spread", 0.799)).toBe(false);
  expect(isMet("hot_vs_spread", Number.NaN)).toBe(false);
});

describe("options", () => {
  test("are read with and without the dashes that pnpm hands on", () => {
    const expected = { quick: true, json: "out.json", ledgerOnly: false };
    expect(readOptions(["--quick", "--json", "out.json"])).toEqual(expected);
    expect(readOptions(["--", "--quick", "--json", "out.json"])).toEqual(expected);
    expect(readOptions([])).toEqual({ quick: false, json: undefined, ledgerOnly: false });
  });

  test.each([[["--fast"]], [["--json"]], [["--json", ""]], [["extra"]]])(
    "%j is refused",
    (args) => {
      expect(() => readOptions(args)).toThrow();
    },
  );
});
