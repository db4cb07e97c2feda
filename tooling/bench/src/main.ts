import { writeFile } from "node:fs/promises";
import type { LedgerReport } from "@revio-wallet/core/ledger/verify-ledger";
import { installStopSignals } from "@revio-wallet/dev/stop-signals";
import { type LedgerBench, runLedgerBench } from "./ledger/run-ledger-bench.ts";
import { type BenchOptions, readOptions, usage } from "./options.ts";
import {
  type BenchReport,
  compareScenarios,
  definitions,
  postingFigures,
  requestFigures,
} from "./report/bench-report.ts";
import { formatReport } from "./report/format-report.ts";
import { ratioNames } from "./report/goals.ts";
import { currentLoad } from "./report/machine-facts.ts";
import { measureStack, type StackFigures } from "./stack/measure-stack.ts";

const accounts = 10_000;
/** As in the pool of an API process. */
const lanes = 10;
const sizes = {
  full: { rounds: 28, sliceMs: 600, deposits: 60, webhooks: 300 },
  quick: { rounds: 4, sliceMs: 400, deposits: 12, webhooks: 60 },
};
type Sizes = (typeof sizes)["full"];

const startedAt = new Date();
const log = (line: string): void => {
  const seconds = ((Date.now() - startedAt.getTime()) / 1_000).toFixed(1);
  console.log(`${seconds.padStart(6)} s  ${line}`);
};

let stopping = false;
let stop: () => Promise<void> = async () => {};
const onStarting = (stopPart: () => Promise<void>): void => {
  stop = stopPart;
};

async function run(options: BenchOptions): Promise<void> {
  const size = options.quick ? sizes.quick : sizes.full;
  const { rounds, sliceMs } = size;
  const loadBefore = currentLoad();
  const common = { log, onStarting };
  const bench = await runLedgerBench({ accounts, rounds, sliceMs, lanes, loadBefore, ...common });
  const stack = options.ledgerOnly ? undefined : await measureStack({ ...size, ...common });
  const ledgers = [bench.ledger, ...(stack === undefined ? [] : [stack.ledger])];
  const report = toReport(options, size, bench, stack);
  console.log(`\n${formatReport(report)}`);
  for (const ledger of ledgers) printDifferences(ledger);
  if (options.json !== undefined) {
    await writeFile(options.json, `${JSON.stringify(report, undefined, 2)}\n`);
  }
  if (!report.ledgerVerified) process.exitCode = 1;
}

function toReport(
  { quick }: BenchOptions,
  { rounds, sliceMs }: Sizes,
  { measured, machine, ledger }: LedgerBench,
  stack: StackFigures | undefined,
): BenchReport {
  const ratiosByRound = compareScenarios(measured);
  const posting = Object.fromEntries(
    [...measured].map(([name, scenario]) => [name, postingFigures(scenario)]),
  ) as BenchReport["posting"];
  return {
    startedAt: startedAt.toISOString(),
    quick,
    machine,
    method: { accounts, lanes, rounds, sliceMs, ...definitions },
    posting,
    requests: stack === undefined ? [] : requestFigures(stack),
    ratios: medians(ratiosByRound),
    ratiosByRound,
    ledgerVerified: ledger.verified && (stack?.ledger.verified ?? true),
  };
}

function medians(ratiosByRound: BenchReport["ratiosByRound"]): BenchReport["ratios"] {
  const pairs = ratioNames.map((name) => [name, ratiosByRound[name].median] as const);
  return Object.fromEntries(pairs) as unknown as BenchReport["ratios"];
}

function printDifferences({ differences }: LedgerReport): void {
  for (const { check, subject, expected, actual } of differences) {
    console.error(`${check}: ${subject}: expected ${expected}, found ${actual}`);
  }
}

async function main(): Promise<void> {
  if (process.argv.includes("--help")) return console.log(usage);
  installStopSignals(async () => {
    stopping = true;
    await stop();
  });
  try {
    await run(readOptions(process.argv.slice(2)));
  } catch (error) {
    // What was under way when somebody pressed Ctrl-C fails, of course.
    if (stopping) return;
    console.error(`\n${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}

await main();
