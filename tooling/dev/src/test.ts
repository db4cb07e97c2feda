import { rm } from "node:fs/promises";
import { join } from "node:path";
import { repositoryRoot } from "./environment.ts";
import { installStopSignals } from "./stop-signals.ts";
import { stopRunningSteps, runStep, type Step, type StepResult } from "./run-step.ts";
import { addTallies, closingLine, exitCodeFor } from "./test-summary.ts";

const outputFolder = join(repositoryRoot, "test-output");

const generate: Step = { name: "generate", command: ["turbo", "run", "generate"] };

const staticSteps: readonly Step[] = [
  {
    name: "types",
    // --only: --force would generate anew as well, and lint reads what is generated meanwhile.
    command: [
      "turbo",
      "run",
      "typecheck",
      "--only",
      "--force",
      "--continue",
      "--output-logs=errors-only",
    ],
  },
  { name: "lint", command: ["oxlint"] },
  { name: "format", command: ["oxfmt", "--check"] },
  {
    name: "import rules",
    command: ["depcruise", "--config", ".dependency-cruiser.cjs", "apps", "packages", "tooling"],
  },
  { name: "dead code", command: ["knip"] },
];

const build: Step = {
  name: "build",
  command: ["turbo", "run", "build", "--output-logs=errors-only"],
};

function vitest(project: "unit" | "db" | "e2e" | "console"): Step {
  const report = join(outputFolder, `vitest-${project}.json`);
  return {
    name: `${project} tests`,
    report,
    command: [
      "vitest",
      "run",
      `--project=${project}`,
      "--silent=passed-only",
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${report}`,
    ],
  };
}

/** Two at a time: the machines that run this have two cores. */
async function runInParallel(steps: readonly Step[]): Promise<StepResult[]> {
  const waiting = [...steps];
  const results: StepResult[] = [];
  const lane = async (): Promise<void> => {
    for (let step = waiting.shift(); step; step = waiting.shift()) {
      results.push(await runStep(step, outputFolder));
    }
  };
  await Promise.all([lane(), lane()]);
  return results;
}

async function runAll(fast: boolean): Promise<StepResult[]> {
  const results = [await runStep(generate, outputFolder)];
  results.push(...(await runInParallel(staticSteps)));
  const rest = fast ? [vitest("unit")] : [vitest("unit"), vitest("db"), build];
  for (const step of rest) results.push(await runStep(step, outputFolder));
  // A browser waits most of its time, and its stack is its own.
  if (!fast) results.push(...(await runInParallel([vitest("console"), vitest("e2e")])));
  return results;
}

async function main(): Promise<void> {
  const started = Date.now();
  const fast = process.argv.includes("--fast");
  installStopSignals(stopRunningSteps);
  await rm(outputFolder, { recursive: true, force: true });
  const results = await runAll(fast);
  const failed = results.filter(({ tally }) => tally.failed > 0);
  console.log(`\nFinished in ${((Date.now() - started) / 1000).toFixed(1)} s.`);
  for (const { name, log } of failed) console.log(`Failed: ${name} (output: ${log})`);
  const total = addTallies(results.map(({ tally }) => tally));
  console.log(closingLine(total));
  process.exitCode = exitCodeFor(total);
}

await main();
