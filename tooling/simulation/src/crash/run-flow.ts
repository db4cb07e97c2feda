import { getBalance } from "@revio-wallet/core/ledger/get-balance";
import { killProcess, restartMissing, startProcess } from "../actors/processes.ts";
import { spawnRevio } from "../actors/revio.ts";
import { spawnSchedule } from "../actors/staff.ts";
import { checkEverything, compareHistory, fingerprintHistory } from "../invariants/final.ts";
import type { Violation } from "../history.ts";
import { calmSwarm } from "../swarm.ts";
import type { Template } from "../template.ts";
import { openWorld } from "../open-world.ts";
import type { World } from "../world.ts";
import { flows } from "./flows.ts";
import type { Flow, Stage } from "./stage.ts";

/** Where something happens to the flow. Points and statements are counted from 0, from the moment it sets off. */
export interface Blow {
  kind: "kill" | "cut_before" | "cut_after";
  at: number;
}

export interface FlowResult {
  /** Yield points that processes came to, and statements that they sent: where the next blows may fall. */
  points: string[];
  statements: string[];
  violations: Violation[];
  events: string[];
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Lets a flow run its course in an otherwise still world, with these blows; then heals, drains and checks everything. */
export async function runFlow(
  template: Template,
  name: string,
  blows: readonly Blow[],
): Promise<FlowResult> {
  const flow = flows[name];
  if (flow === undefined) throw new Error(`no flow is called ${name}`);
  const world = await openWorld({ seed: `flow ${name}`, template, swarm: calmSwarm() });
  const result: FlowResult = {
    points: [],
    statements: [],
    events: [],
    violations: world.violations,
  };
  let looks = 0;
  try {
    startProcess(world, "api");
    startProcess(world, "worker");
    spawnRevio(world);
    spawnSchedule(world, () => (world.healed && looks++ > 3 ? 6 * hourMs : 2 * hourMs));
    const stage = await setScene(world, flow);
    strike(world, blows, result);
    spawnAct(world, flow, stage);
    await world.scheduler.run(world.scheduler.nowMs() + 20 * minuteMs, () => false);
    const before = await fingerprintHistory(world);
    world.healed = true;
    world.scheduler.beforeStep = undefined;
    world.faults.onStatement = () => undefined;
    world.faults.onCall = () => undefined;
    restartMissing(world);
    await world.scheduler.run(world.scheduler.nowMs() + 26 * hourMs, () => false);
    await checkEverything(world);
    await compareHistory(world, before);
    await checkEnds(world, flow, stage);
    await flow.verify?.(stage);
    result.events = world.trace.lines();
    return result;
  } finally {
    await world.close();
  }
}

async function setScene(world: World, flow: Flow): Promise<Stage> {
  const [customer] = world.template.customers;
  if (customer === undefined) throw new Error("the template has customers");
  const stage = { world, customer, transactionId: "", subjectId: "" } as Stage;
  world.scheduler.spawn("before", undefined, async (strand) => {
    stage.strand = strand;
    await flow.prepare?.(stage);
  });
  const untilMs = world.scheduler.nowMs() + (flow.prepareMs ?? 10 * minuteMs);
  await world.scheduler.run(untilMs, () => false);
  return stage;
}

function spawnAct(world: World, flow: Flow, stage: Stage): void {
  world.scheduler.spawn("act", undefined, async (strand) => {
    stage.strand = strand;
    await flow.act(stage);
  });
}

/** To die after one statement is to die before the next: points are those before something, and the end of a strand. */
function strike(world: World, blows: readonly Blow[], result: FlowResult): void {
  const { scheduler, random } = world;
  const has = (kind: Blow["kind"], at: number) =>
    blows.some((blow) => blow.kind === kind && blow.at === at);
  scheduler.beforeStep = async () => {
    const strand = scheduler.last();
    const process = strand?.process;
    if (strand === undefined || process === undefined || process.dead) return;
    const label = strand.parked?.label ?? "end";
    if (label.startsWith("<") || strand.name.startsWith("schedule")) return;
    result.points.push(`${strand.name} ${label}`);
    if (!has("kill", result.points.length - 1)) return;
    await killProcess(world, process);
    scheduler.spawn("supervisor", undefined, async (supervisor) => {
      await scheduler.sleep(supervisor, random.int(1_000, 5_000), "notices the silence");
      restartMissing(world);
    });
  };
  world.faults.onStatement = (_, sql) => {
    const index = result.statements.push(sql) - 1;
    if (has("cut_before", index)) return "cut_before";
    return has("cut_after", index) ? "cut_after" : undefined;
  };
}

async function checkEnds(world: World, flow: Flow, { customer }: Stage): Promise<void> {
  const { userId } = customer;
  const balance = await getBalance(world.clone.pool, { userId, currency: "ZAR" });
  const end = [balance.availableMinor, balance.pendingMinor, balance.receivableMinor];
  if (flow.ends.some((allowed) => allowed.every((amount, index) => amount === end[index]))) return;
  world.violate("I7", `the flow ended with ${end.join(", ")} available, pending, receivable`);
}
