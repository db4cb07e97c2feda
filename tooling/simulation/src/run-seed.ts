import { startMs } from "./base-context.ts";
import { armKiller, restartMissing } from "./actors/processes.ts";
import { disturbRevio, spawnBank, spawnRevio } from "./actors/revio.ts";
import { spawnAdjusters } from "./actors/adjusters.ts";
import { plantFalseLine } from "./actors/false-statement.ts";
import { spawnLiar } from "./actors/liar.ts";
import { reconcileAll, spawnDashboard, spawnReconciler } from "./actors/reconciler.ts";
import { spawnStranger } from "./actors/stranger.ts";
import { spawnOperator, spawnReviewer, spawnSaboteur, spawnSchedule } from "./actors/staff.ts";
import { spawnUser } from "./actors/user.ts";
import type { Violation } from "./history.ts";
import { checkEverything, compareHistory, fingerprintHistory } from "./invariants/final.ts";
import { checkReconciliation } from "./invariants/reconciliation.ts";
import { isQuiet } from "./invariants/liveness.ts";
import type { Plant } from "./plant.ts";
import type { Probe } from "./probes.ts";
import { createRandom } from "./random.ts";
import { calmSwarm, drawSwarm, type Swarm } from "./swarm.ts";
import type { Template } from "./template.ts";
import { openWorld } from "./open-world.ts";
import type { World } from "./world.ts";

export interface SeedResult {
  seed: string;
  swarm: Swarm;
  violations: Violation[];
  steps: number;
  operations: number;
  virtualHours: number;
  injected: Map<string, number>;
  probes: Map<Probe, number>;
  hash: string;
  /** All that happened, a line each. */
  events: string[];
}

const hourMs = 3_600_000;
const safetyMs = 8 * hourMs;
const drainMs = 72 * hourMs;
/** A run that has not ended by then never will. */
const maxSteps = 20_000;

/** Lives one seed: first with faults, then healed, then everything is checked. */
export async function runSeed(
  template: Template,
  seed: string,
  options: { plant?: Plant } = {},
): Promise<SeedResult> {
  const swarm = drawSwarm(createRandom(`swarm ${seed}`));
  const world = await openWorld({ seed, template, swarm, ...options });
  try {
    await liveWithFaults(world);
    if (world.violations.length === 0) await healAndDrain(world);
    return {
      seed,
      swarm,
      violations: world.violations,
      steps: world.scheduler.steps,
      operations: world.operations.length,
      virtualHours: (world.scheduler.nowMs() - startMs) / hourMs,
      injected: world.injected,
      probes: world.probes.counts(),
      hash: world.trace.hash(),
      events: world.trace.lines(),
    };
  } finally {
    await world.close();
  }
}

async function liveWithFaults(world: World): Promise<void> {
  const { scheduler, swarm } = world;
  await disturbRevio(world);
  restartMissing(world);
  spawnRevio(world);
  spawnBank(world);
  spawnOperator(world);
  spawnAdjusters(world);
  spawnStranger(world);
  spawnLiar(world);
  spawnReconciler(world);
  spawnDashboard(world);
  spawnSaboteur(world);
  const sweepMs = world.random.fork("schedule").int(5, 40) * 60_000;
  spawnSchedule(world, () => (world.healed ? 2 * hourMs : sweepMs));
  for (const customer of world.template.customers.slice(0, swarm.customers)) {
    spawnUser(world, customer);
  }
  armKiller(world);
  await scheduler.run(startMs + safetyMs, () => isOver(world) || world.busy === 0);
}

function isOver({ violations, scheduler, violate }: World): boolean {
  if (scheduler.steps > maxSteps) violate("I13", `no end after ${maxSteps} steps`);
  return violations.length > 0;
}

interface StruckRule {
  scope: string;
  kind: string;
  delayMs?: number;
  hits: number;
}

/** Revio's own network does these: it says afterwards how often. */
async function countWebhookFaults({ sandbox, probes, injected }: World): Promise<void> {
  const rules = (await sandbox.control("GET", "faults")) as StruckRule[];
  for (const { scope, kind, delayMs = 0, hits } of rules) {
    if (scope !== "webhook" || hits === 0) continue;
    injected.set(`webhook: ${kind}`, (injected.get(`webhook: ${kind}`) ?? 0) + hits);
    if (kind === "drop") probes.sometimes("webhook that never comes");
    if (kind === "reorder") probes.sometimes("webhook out of order");
    if (kind === "delay" && delayMs >= 3_600_000) probes.sometimes("webhook hours late");
  }
}

/** No more faults; whatever is unfinished has three days to end. */
async function healAndDrain(world: World): Promise<void> {
  const { scheduler, swarm, sandbox } = world;
  const before = await fingerprintHistory(world);
  world.healed = true;
  const { apis, workers, reconciles } = swarm;
  world.swarm = { ...calmSwarm(), apis, workers, reconciles };
  scheduler.note("WORLD", "heals");
  await countWebhookFaults(world);
  await sandbox.control("DELETE", "faults");
  restartMissing(world);
  spawnReviewer(world);
  const end = scheduler.nowMs() + drainMs;
  for (let lookMs = scheduler.nowMs() + 3 * hourMs; lookMs <= end; lookMs += 3 * hourMs) {
    await scheduler.run(lookMs, () => isOver(world));
    if (world.violations.length > 0) return;
    if (world.busy === 0 && (await isQuiet(world))) break;
  }
  if (swarm.reconciles) {
    await plantFalseLine(world);
    await reconcileAll(world);
    if (world.violations.length > 0) return;
    await checkReconciliation(world);
  }
  await checkEverything(world);
  await compareHistory(world, before);
}
