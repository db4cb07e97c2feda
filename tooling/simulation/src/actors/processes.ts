import type { SimProcess } from "../strand.ts";
import type { World } from "../world.ts";
import { loseJobs } from "./staff.ts";
import { spawnWorker } from "./worker.ts";

export function startProcess(world: World, kind: SimProcess["kind"]): SimProcess {
  const count = world.processes.filter((process) => process.kind === kind).length;
  const process: SimProcess = { name: `${kind} ${count + 1}`, kind, dead: false };
  world.processes.push(process);
  world.scheduler.note(process.name, "is up");
  if (kind === "worker") spawnWorker(world, process);
  return process;
}

/** Kills processes at the seed's rate, and lets others take their place after a while. */
export function armKiller(world: World): void {
  const random = world.random.fork("killer");
  const { scheduler } = world;
  scheduler.beforeStep = async () => {
    if (world.healed || !random.chance(world.swarm.kill)) return;
    const alive = world.processes.filter(({ dead }) => !dead);
    if (alive.length === 0) return;
    await killProcess(world, random.pick(alive));
    if (random.chance(world.swarm.jobLost)) await loseJobs(world, 10);
    restartLater(world, random.int(1_000, 60_000));
  };
}

export async function killProcess(world: World, process: SimProcess): Promise<void> {
  const { scheduler, probes } = world;
  const strands = scheduler.strands().filter((strand) => strand.process === process);
  if (strands.some(({ openTransactions }) => openTransactions > 0)) {
    probes.sometimes("killed with an open database transaction");
  }
  probes.sometimes("process killed");
  world.inject("process killed");
  await scheduler.kill(process, (strand) => world.database.cutStrand(strand));
}

/** Brings the number of live processes of each kind back to what it was. */
function restartLater(world: World, ms: number): void {
  world.scheduler.spawn("supervisor", undefined, async (strand) => {
    await world.scheduler.sleep(strand, ms, "notices the silence");
    restartMissing(world);
  });
}

export function restartMissing(world: World): void {
  for (const [kind, wanted] of [
    ["api", world.swarm.apis],
    ["worker", world.swarm.workers],
  ] as const) {
    const alive = world.processes.filter((process) => process.kind === kind && !process.dead);
    for (let missing = wanted - alive.length; missing > 0; missing--) startProcess(world, kind);
  }
}
