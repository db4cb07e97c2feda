import { mkdir, open, readFile, rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { spawnGuarded, type GuardedChild } from "./child-process.ts";
import { repositoryRoot, toolEnvironment } from "./environment.ts";
import { tallyCheck, tallyVitest, type Tally } from "./test-summary.ts";

export interface Step {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** JSON report of a vitest run; a step without one counts as a single check. */
  readonly report?: string;
}

export interface StepResult {
  readonly name: string;
  readonly tally: Tally;
  /** File with everything that the step printed, relative to the clone. */
  readonly log: string;
}

const runningSteps = new Set<GuardedChild>();
let stopped = false;

/** Stops every step that still runs, with all that it started. */
export async function stopRunningSteps(): Promise<void> {
  stopped = true;
  await Promise.all([...runningSteps].map((child) => child.stop()));
}

/**
 * Runs one step and prints one line for it, followed by its whole output if it failed.
 *
 * The output goes to a file first, so that steps running side by side stay readable.
 */
export async function runStep(step: Step, outputFolder: string): Promise<StepResult> {
  await mkdir(outputFolder, { recursive: true });
  const logFile = join(outputFolder, `${step.name.replaceAll(" ", "-")}.log`);
  const started = Date.now();
  if (step.report !== undefined) {
    await rm(step.report, { force: true });
    console.log(`  … ${step.name}`);
  }
  const exitCode = await runCommand(step.command, logFile);
  const tally =
    step.report === undefined
      ? tallyCheck(exitCode)
      : tallyVitest(await readJson(step.report), exitCode);
  const log = relative(repositoryRoot, logFile);
  const output = await readFile(logFile, "utf8");
  if (!stopped) report(step, tally, Date.now() - started, output);
  return { name: step.name, tally, log };
}

async function runCommand(command: Step["command"], logFile: string): Promise<number> {
  if (stopped) return 1;
  const log = await open(logFile, "w");
  const [program, ...args] = command;
  try {
    const child = await spawnGuarded(program, args, {
      cwd: repositoryRoot,
      env: toolEnvironment(),
      stdio: ["ignore", log.fd, log.fd],
      stopSignal: "SIGTERM",
      stopScope: "group",
      graceMs: 10_000,
    });
    runningSteps.add(child);
    const { code } = await child.exited;
    runningSteps.delete(child);
    return code ?? 1;
  } catch (error) {
    await log.write(error instanceof Error ? error.message : String(error));
    return 1;
  } finally {
    await log.close();
  }
}

function report(step: Step, tally: Tally, durationMs: number, output: string): void {
  const mark = tally.failed === 0 ? "✓" : "✗";
  const counts =
    step.report === undefined
      ? ""
      : ` · ${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`;
  console.log(`  ${mark} ${step.name} (${(durationMs / 1000).toFixed(1)} s)${counts}`);
  if (tally.failed > 0) console.log(indent(output));
}

function indent(output: string): string {
  const lines = output.trimEnd().split("\n");
  return [`  ${"─".repeat(60)}`, ...lines.map((line) => `  │ ${line}`), `  ${"─".repeat(60)}`].join(
    "\n",
  );
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch {
    return undefined;
  }
}
