import { concurrentLanes } from "../stack/measure-webhooks.ts";
import type { Slice } from "../drive.ts";
import { entriesPerSecond, type Measured } from "../ledger/measure-ledger.ts";
import type { ScenarioName } from "../ledger/scenarios.ts";
import type { StackFigures } from "../stack/measure-stack.ts";
import type { Ratios } from "./goals.ts";
import type { MachineFacts } from "./machine-facts.ts";
import { pairedRatio, percentile, summarise, type Summary } from "./statistics.ts";

/** p50 and p99, in milliseconds. */
export interface Latency {
  p50: number;
  p99: number;
}

export interface PostingFigures {
  what: string;
  entriesPerSecond: Summary;
  /** Of one database transaction with all its entries. */
  latencyMs: Latency;
}

export interface RequestFigures {
  what: string;
  count: number;
  perSecond: number | undefined;
  latencyMs: Latency;
}

/** What `--json` writes. */
export interface BenchReport {
  startedAt: string;
  quick: boolean;
  machine: MachineFacts;
  method: {
    accounts: number;
    lanes: number;
    rounds: number;
    sliceMs: number;
    spread: string;
    hot: string;
    floor: string;
    guarded: string;
  };
  posting: Record<ScenarioName, PostingFigures>;
  requests: RequestFigures[];
  ratios: Ratios;
  ratiosByRound: Record<keyof Ratios, Summary>;
  ledgerVerified: boolean;
}

export const definitions = {
  spread: "debit one of as many house accounts as there are users, credit a random user",
  hot: "the same, but every entry debits house:revio_float:ZAR",
  floor: "the rows of `spread` in twin tables without triggers, checks and foreign keys",
  guarded: "the rows of `spread` by the same hand-written function into the ledger's own tables",
};

export function postingFigures({ scenario, slices }: Measured): PostingFigures {
  return {
    what: scenario.title,
    entriesPerSecond: summarise(slices.map((slice) => entriesPerSecond(scenario, slice))),
    latencyMs: latencyOf(slices.flatMap(({ latenciesMs }) => latenciesMs)),
  };
}

/** @throws if a scenario is missing */
export function compareScenarios(
  measured: ReadonlyMap<ScenarioName, Measured>,
): Record<keyof Ratios, Summary> {
  const rates = (name: ScenarioName): number[] => {
    const found = measured.get(name);
    if (found === undefined) throw new Error(`${name} was not measured`);
    return found.slices.map((slice) => entriesPerSecond(found.scenario, slice));
  };
  return {
    single_vs_floor: pairedRatio(rates("spread"), rates("floor")),
    single_vs_guarded_floor: pairedRatio(rates("spread"), rates("guarded")),
    hot_vs_spread: pairedRatio(rates("hot"), rates("spread")),
    batch_vs_single: pairedRatio(rates("batch"), rates("spread")),
  };
}

export function requestFigures({ webhooks, depositsMs }: StackFigures): RequestFigures[] {
  const fromSlice = (what: string, { operations, elapsedMs, latenciesMs }: Slice) => ({
    what,
    count: operations,
    perSecond: (operations * 1_000) / elapsedMs,
    latencyMs: latencyOf(latenciesMs),
  });
  return [
    fromSlice("webhook accepted, one at a time", webhooks.sequential),
    fromSlice(`webhook accepted, ${concurrentLanes} at once`, webhooks.concurrent),
    {
      what: "deposit paid → completed at the API",
      count: depositsMs.length,
      perSecond: undefined,
      latencyMs: latencyOf(depositsMs),
    },
  ];
}

function latencyOf(latenciesMs: readonly number[]): Latency {
  return { p50: percentile(latenciesMs, 50), p99: percentile(latenciesMs, 99) };
}
