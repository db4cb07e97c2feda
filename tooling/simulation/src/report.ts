import { regressions } from "../regressions.ts";
import type { SeedResult } from "./run-seed.ts";
import { allProbes } from "./probes.ts";
import { type Batch, unmetProbes } from "./run-batch.ts";

/** One line for a seed that went wrong. */
export function redLine({ seed, violations }: SeedResult): string {
  const [first] = violations;
  return `seed ${seed} is red: ${first?.invariant} ${first?.text}\n  replay: pnpm sim --seed ${seed}`;
}

const lastEvents = 200;

/** All there is to know about one seed: its world, its last events, what broke first. */
export function replayText(result: SeedResult): string {
  const [first] = result.violations;
  return [
    `seed ${result.seed}: ${result.steps} steps, ${result.operations} operations, ${result.virtualHours.toFixed(1)} virtual hours, trace ${result.hash.slice(0, 16)}`,
    `world: ${JSON.stringify(result.swarm)}`,
    ...result.events.slice(-lastEvents),
    ...result.violations.map(({ invariant, text, step }) => `step ${step}: ${invariant} ${text}`),
    first === undefined
      ? "every invariant holds"
      : `first broken invariant: ${first.invariant} at step ${first.step}: ${first.text}`,
  ].join("\n");
}

export function summaryLine(batch: Batch): string {
  const faults = [...batch.injected.values()].reduce((sum, count) => sum + count, 0);
  const unmet = unmetProbes(batch);
  return `${batch.seeds} seeds, each lived twice, in ${batch.seconds.toFixed(0)} s: ${batch.operations} operations, ${batch.steps} steps, ${batch.virtualHours.toFixed(0)} virtual hours, ${faults} faults; ${batch.red.length} red${unmet.length === 0 ? "" : `; never reached: ${unmet.join(", ")}`}`;
}

/** The page docs/reliability/simulation.md: one page, whatever the batch was. */
export function simulationReport(batch: Batch, from: number): string {
  const injected = [...batch.injected].sort(([, one], [, other]) => other - one);
  const unmet = allProbes.filter((probe) => !batch.probes.has(probe));
  const lines = [
    "# The last simulation",
    "",
    `\`pnpm sim --seeds ${batch.seeds} --from ${from} --report docs/reliability/simulation.md\`. Numbers are of one life of each seed; each was lived twice, with the same trace.`,
    "",
    "| | |",
    "|---|--:|",
    `| seeds | ${batch.seeds} |`,
    `| seeds that broke an invariant | ${batch.red.length} |`,
    `| requests of users | ${batch.operations} |`,
    `| yield points passed | ${batch.steps} |`,
    `| virtual hours | ${batch.virtualHours.toFixed(0)} |`,
    `| seconds, both lives | ${batch.seconds.toFixed(0)} |`,
    "",
    "## Violations",
    "",
    ...(batch.red.length === 0 ? ["None."] : batch.red.map((red) => `- ${redLine(red)}`)),
    "",
    "## Faults injected",
    "",
    "| fault | times | fault | times |",
    "|---|--:|---|--:|",
    ...twoColumns(injected),
    "",
    "## Places reached",
    "",
    `${allProbes.length - unmet.length} of ${allProbes.length}: ${places(batch)}.${unmet.length === 0 ? "" : ` Never: ${unmet.join(", ")}.`}`,
    "",
    "## What the search has found so far",
    "",
    "Each is lived again in every test run.",
    "",
    ...(regressions.length === 0
      ? ["Nothing in the wallet."]
      : regressions.map(({ seed, found }) => `- seed ${seed}: ${found}`)),
  ];
  return `${lines.join("\n")}\n`;
}

function twoColumns(counts: readonly (readonly [string, number])[]): string[] {
  const half = Math.ceil(counts.length / 2);
  return counts.slice(0, half).map(([kind, count], index) => {
    const [other = "", times = ""] = counts[half + index] ?? [];
    return `| ${kind} | ${count} | ${other} | ${times} |`;
  });
}

/** The rarest first: those are the ones to worry about. */
function places({ probes }: Batch): string {
  const counts = [...probes].sort(([, one], [, other]) => one - other);
  return counts.map(([place, count]) => `${place} ${count}`).join(", ");
}
