import { parseArgs } from "node:util";

export interface BenchOptions {
  /** Fewer and shorter rounds: to see that it works, not to compare. */
  quick: boolean;
  /** File for the figures. */
  json: string | undefined;
  /** Leave out what needs the whole stack (API, worker, sandbox). */
  ledgerOnly: boolean;
}

export const usage = `pnpm bench [--quick] [--ledger-only] [--json FILE]

  --quick        at most 45 s; figures for a first look
  --ledger-only  without webhooks and deposits, which need the API built
  --json FILE    write figures and ratios to FILE`;

/** @throws Error with a sentence for people, if an option is unknown or has no value */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    // `pnpm bench -- --quick` hands the dashes on.
    args: args.filter((arg) => arg !== "--"),
    options: {
      quick: { type: "boolean", default: false },
      "ledger-only": { type: "boolean", default: false },
      json: { type: "string" },
    },
  });
  if (values.json === "") throw new Error("--json needs the name of a file");
  return { quick: values.quick, json: values.json, ledgerOnly: values["ledger-only"] };
}
