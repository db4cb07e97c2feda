import { rm, writeFile } from "node:fs/promises";
import { installStopSignals } from "@revio-wallet/dev/stop-signals";
import { type ChaosOptions, readOptions, usage } from "./options.ts";
import { formatReport } from "./report/format-report.ts";
import { type ChaosRun, runChaos } from "./run-chaos.ts";
import { historyLines } from "./workload/history.ts";

const startedAt = performance.now();
const log = (line: string): void => {
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  console.log(`${seconds.padStart(7)} s  ${line}`);
};

let stopping = false;
let stop: () => Promise<void> = async () => {};
let folder: string | undefined;

async function deleteFolder(): Promise<void> {
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
}

async function run(options: ChaosOptions): Promise<void> {
  log(`seed ${options.seed}`);
  try {
    const finished = await runChaos(options, {
      log,
      onStarting: (stopPart) => {
        stop = stopPart;
      },
      onFolder: (name) => {
        folder = name;
      },
    });
    await save(options, finished);
    const violated = finished.report.violations.length > 0;
    await stop();
    if (violated) console.error(`Logs and data are kept in ${folder}`);
    else await deleteFolder();
    if (violated) process.exitCode = 1;
  } catch (error) {
    await stop();
    throw error;
  }
}

async function save({ report: file }: ChaosOptions, { report, history }: ChaosRun): Promise<void> {
  const page = formatReport(report);
  console.log(`\n${page}`);
  if (file === undefined) return;
  const base = file.replace(/\.md$/, "");
  await writeFile(`${base}.md`, page);
  await writeFile(`${base}.json`, `${JSON.stringify(report, undefined, 2)}\n`);
  await writeFile(`${base}.history.jsonl`, historyLines(history));
}

async function main(): Promise<void> {
  if (process.argv.includes("--help")) return console.log(usage);
  installStopSignals(async () => {
    stopping = true;
    await stop();
    await deleteFolder();
  });
  try {
    await run(readOptions(process.argv.slice(2)));
  } catch (error) {
    // What was under way when somebody pressed Ctrl-C fails, of course.
    if (stopping) return;
    console.error(`\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    process.exitCode = 1;
  }
}

await main();
