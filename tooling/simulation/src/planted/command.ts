import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { plantedBugs } from "./bugs.ts";

const hunter = fileURLToPath(new URL("hunt.ts", import.meta.url));

/** Looks for one planted bug, or for each: the simulation is accepted only if it finds them. */
export async function plantedCommand(
  id: string | undefined,
  say: (line: string) => void,
): Promise<number> {
  const ids = id === undefined ? Object.keys(plantedBugs) : [id];
  if (id !== undefined && plantedBugs[id] === undefined) {
    say(`no planted bug is called ${id}`);
    return 2;
  }
  let missed = 0;
  for (const each of ids) if ((await hunt(each)) !== 0) missed += 1;
  say(`${ids.length - missed} of ${ids.length} planted bugs were found`);
  return missed === 0 ? 0 : 1;
}

function hunt(id: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [hunter, id], { stdio: "inherit" });
    child.once("error", reject);
    child.once("exit", (code) => {
      resolve(code ?? 1);
    });
  });
}
