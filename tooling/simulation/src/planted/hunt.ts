import { plantedBugs } from "./bugs.ts";
import { editSources } from "./edit-source.ts";

/** Process of its own for one planted bug: edits are in place before the wallet is loaded. Exit code 0: found. */
const seeds = 500;

async function hunt(id: string): Promise<number> {
  const bug = plantedBugs[id];
  if (bug === undefined) throw new Error(`no planted bug is called ${id}`);
  const edits = editSources(bug.edits ?? []);
  const { withTemplate } = await import("../postgres.ts");
  const { runBatch } = await import("../run-batch.ts");
  const [unused] = edits.notYetLoaded();
  if (unused !== undefined) throw new Error(`${unused.file} was never loaded`);
  const batch = await withTemplate((template) =>
    runBatch(template, {
      from: 1,
      seeds,
      parallel: 4,
      stopAtFirst: true,
      once: true,
      ...(bug.plant === undefined ? {} : { plant: bug.plant }),
    }),
  );
  const [red] = batch.red;
  const words = bug.caughtBy
    .map((listed) => red?.violations.find(({ invariant }) => invariant === listed))
    .find((violation) => violation !== undefined);
  const said = words ?? red?.violations[0];
  const verdict =
    words === undefined ? (red === undefined ? "NOT FOUND" : "FOUND IN OTHER WORDS") : "found";
  process.stdout.write(
    `${id} ${bug.what}: ${verdict} within ${batch.seeds} seeds${said === undefined ? "" : `, seed ${red?.seed}: ${said.invariant} ${said.text}`}\n`,
  );
  return words === undefined ? 1 : 0;
}

process.exitCode = await hunt(process.argv[2] ?? "");
