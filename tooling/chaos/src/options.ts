import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";

export interface ChaosOptions {
  /** How long faults and workload last; start, drain and checks come on top. */
  minutes: number;
  /** Steers what is drawn; times are real, so a run is steered by it and not repeated. */
  seed: string;
  /** File of the report (Markdown); the same as JSON beside it. */
  report: string | undefined;
  users: number;
  /** Names of the faults to draw from; all if empty, none with `--faults none`. */
  faults: readonly string[];
}

export const usage = `pnpm chaos [--minutes M] [--seed S] [--report FILE] [--users N] [--faults a,b|none]

  --minutes M    workload and faults (default 5; 1.5 is fine); start, drain and checks come on top
  --seed S       what is drawn: order of faults, victims, amounts (default: random, printed)
  --report FILE  one page of Markdown; figures and violations as JSON in FILE with the ending .json
  --users N      simulated users (default 8)
  --faults LIST  only these kinds, comma-separated, or "none"; see tooling/chaos/README.md

Exit code 0 only if no rule was violated.`;

/** @throws Error with a sentence for people, if an option is unknown or makes no sense */
export function readOptions(args: readonly string[]): ChaosOptions {
  const { values } = parseArgs({
    // `pnpm chaos -- --minutes 5` hands the dashes on.
    args: args.filter((arg) => arg !== "--"),
    options: {
      minutes: { type: "string", default: "5" },
      seed: { type: "string", default: String(randomInt(1_000_000)) },
      report: { type: "string" },
      users: { type: "string", default: "8" },
      faults: { type: "string", default: "" },
    },
  });
  const minutes = Number(values.minutes);
  if (!(minutes > 0 && minutes <= 24 * 60)) throw new Error("--minutes needs a number above 0");
  const users = Number(values.users);
  if (!Number.isInteger(users) || users < 1 || users > 100) {
    throw new Error("--users needs a whole number from 1 to 100");
  }
  if (values.report === "") throw new Error("--report needs the name of a file");
  const faults = values.faults.split(",").filter((name) => name !== "");
  return { minutes, seed: values.seed, report: values.report, users, faults };
}
