import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { crashPointsCommand } from "./crash/command.ts";
import { plantedCommand } from "./planted/command.ts";
import { withTemplate } from "./postgres.ts";
import { redLine, replayText, simulationReport, summaryLine } from "./report.ts";
import { liveTwice, runBatch, unmetProbes } from "./run-batch.ts";

const usage = `pnpm sim --seeds N [--from S] [--parallel P] [--report FILE]   a batch of seeds, each lived twice
pnpm sim --seed S                                              one seed, with its last 200 events
pnpm sim --crash-points [FLOW] [--pairs]                       a flow dies, or loses its connection, at every point
pnpm sim --planted [Bxx]                                       finds the bugs that were put in on purpose`;

const say = (line: string) => process.stdout.write(`${line}\n`);

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seeds: { type: "string" },
      from: { type: "string", default: "1" },
      seed: { type: "string" },
      parallel: { type: "string", default: "4" },
      report: { type: "string" },
      "crash-points": { type: "boolean" },
      pairs: { type: "boolean", default: false },
      planted: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
  const from = Number(values.from);
  const parallel = Number(values.parallel);
  if (values.help) {
    say(usage);
    return 0;
  }
  if (values.planted) return plantedCommand(positionals[0], say);
  if (values["crash-points"]) {
    return crashPointsCommand({ flow: positionals[0], pairs: values.pairs, say });
  }
  if (values.seed !== undefined) return replay(values.seed);
  if (values.seeds === undefined) {
    say(usage);
    return 2;
  }
  return batch({ from, seeds: Number(values.seeds), parallel, report: values.report });
}

async function replay(seed: string): Promise<number> {
  const result = await withTemplate((template) => liveTwice(template, seed));
  say(replayText(result));
  return result.violations.length === 0 ? 0 : 1;
}

async function batch(options: {
  from: number;
  seeds: number;
  parallel: number;
  report: string | undefined;
}): Promise<number> {
  const result = await withTemplate((template) =>
    runBatch(template, {
      ...options,
      onSeed: (seed, done) => {
        if (seed.violations.length > 0) say(redLine(seed));
        if (done % 10 === 0) say(`${done} of ${options.seeds} seeds`);
      },
    }),
  );
  say(summaryLine(result));
  if (options.report !== undefined) {
    await mkdir(dirname(options.report), { recursive: true });
    await writeFile(options.report, simulationReport(result, options.from));
  }
  return result.red.length === 0 && unmetProbes(result).length === 0 ? 0 : 1;
}

process.exitCode = await main();
