import type { Violation } from "../history.ts";
import type { SeedResult } from "../run-seed.ts";
import { plantedBugs } from "./bugs.ts";
import { editSources } from "./edit-source.ts";

/** Process of its own for one planted bug: edits are in place before the wallet is loaded. Exit code 0: found. */
const seeds = 500;
/** Found in other words, a bug is looked for in the right ones for so many seeds more. */
const patience = 100;

async function hunt(id: string): Promise<number> {
  const bug = plantedBugs[id];
  if (bug === undefined) throw new Error(`no planted bug is called ${id}`);
  const edits = editSources(bug.edits ?? []);
  const { withTemplate } = await import("../postgres.ts");
  const { runBatch } = await import("../run-batch.ts");
  const [unused] = edits.notYetLoaded();
  if (unused !== undefined) throw new Error(`${unused.file} was never loaded`);
  const [hunted] = bug.caughtBy;
  let lived = 0;
  let firstRed = Infinity;
  const batch = await withTemplate((template) =>
    runBatch(template, {
      from: 1,
      seeds,
      parallel: 4,
      once: true,
      stopAt: (result) => {
        lived += 1;
        if (saying(result, hunted) !== undefined) return true;
        if (result.violations.length > 0) firstRed = Math.min(firstRed, lived);
        return lived - firstRed >= patience;
      },
      ...(bug.plant === undefined ? {} : { plant: bug.plant }),
    }),
  );
  const found = bug.caughtBy
    .map((invariant) => firstSaying(batch.red, invariant))
    .find((one) => one !== undefined);
  const verdict =
    found !== undefined
      ? `found, seed ${found.seed}: ${found.invariant} ${found.text}`
      : batch.red.length > 0
        ? `FOUND IN OTHER WORDS: ${batch.red[0]?.violations[0]?.invariant} ${batch.red[0]?.violations[0]?.text}`
        : "NOT FOUND";
  process.stdout.write(`${id} ${bug.what} (${batch.seeds} seeds): ${verdict}\n`);
  return found === undefined ? 1 : 0;
}

function saying({ violations }: SeedResult, invariant: string): Violation | undefined {
  return violations.find((violation) => violation.invariant === invariant);
}

function firstSaying(
  red: readonly SeedResult[],
  invariant: string,
): (Violation & { seed: string }) | undefined {
  for (const result of red) {
    const violation = saying(result, invariant);
    if (violation !== undefined) return { ...violation, seed: result.seed };
  }
  return undefined;
}

process.exitCode = await hunt(process.argv[2] ?? "");
