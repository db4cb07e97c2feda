import { setTimeout as sleep } from "node:timers/promises";
import type { Cluster } from "../cluster/cluster.ts";
import type { ChaosOptions } from "../options.ts";
import type { Random } from "../random.ts";
import type { History } from "../workload/history.ts";
import { databaseFaults } from "./database-faults.ts";
import { Deck } from "./deck.ts";
import type { Fault, FaultWindow } from "./fault.ts";
import { processFaults } from "./process-faults.ts";
import { providerFaults } from "./provider-faults.ts";

export const allFaults: readonly Fault[] = [...processFaults, ...databaseFaults, ...providerFaults];

interface Nemesis {
  readonly cluster: Cluster;
  readonly history: Pick<History, "now" | "violations">;
  readonly random: Random;
  readonly options: Pick<ChaosOptions, "faults">;
  /** On the history's clock. No fault is begun that would not be healed by then. */
  readonly deadlineMs: number;
  readonly log: (line: string) => void;
}

/**
 * Strikes until the deadline: on two tracks side by side, what goes wrong inside and what goes wrong at Revio; on each,
 * one fault after the other with calm in between, every kind before any comes again.
 *
 * @returns what happened, every fault healed
 */
export async function runNemesis(nemesis: Nemesis): Promise<FaultWindow[]> {
  const chosen = chooseFaults(nemesis.options.faults);
  const tracks = (["inside", "outside"] as const).map((track) => {
    const faults = chosen.filter((fault) => fault.track === track);
    return runTrack(nemesis, faults, nemesis.random.fork(track));
  });
  const windows = (await Promise.all(tracks)).flat();
  return windows.sort((a, b) => a.startedMs - b.startedMs);
}

/** @throws Error naming a kind that does not exist */
export function chooseFaults(names: readonly string[]): readonly Fault[] {
  if (names.length === 0) return allFaults;
  if (names.length === 1 && names[0] === "none") return [];
  return names.map((name) => {
    const found = allFaults.find(({ kind }) => kind === name);
    if (found !== undefined) return found;
    throw new Error(
      `There is no fault ${name}. There are: ${allFaults.map(({ kind }) => kind).join(", ")}`,
    );
  });
}

async function runTrack(
  nemesis: Nemesis,
  faults: readonly Fault[],
  random: Random,
): Promise<FaultWindow[]> {
  const { cluster, history, deadlineMs, log } = nemesis;
  const windows: FaultWindow[] = [];
  const deck = new Deck(faults, random);
  for (;;) {
    await sleep(random.between(2_000, 5_000));
    const left = deadlineMs - history.now();
    const fault = deck.draw(({ seconds }) => seconds * 1_000 < left);
    if (fault === undefined) return windows;
    const startedMs = history.now();
    log(`fault ${fault.kind}`);
    const detail = await strike(fault, { cluster, random }, nemesis);
    const healedMs = history.now();
    log(`healed ${fault.kind} after ${((healedMs - startedMs) / 1_000).toFixed(1)} s: ${detail}`);
    windows.push({ kind: fault.kind, detail, startedMs, healedMs });
  }
}

/** A fault that cannot be healed is a violation by itself: a process that does not start, a standby that does not follow. */
async function strike(
  fault: Fault,
  scene: Parameters<Fault["strike"]>[0],
  { history }: Nemesis,
): Promise<string> {
  try {
    return await fault.strike(scene);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    history.violations.push({ rule: "not-healed", subject: fault.kind, detail });
    return `failed: ${detail}`;
  }
}
