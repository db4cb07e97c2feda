import type { Plant } from "./plant.ts";
import { allProbes, type Probe } from "./probes.ts";
import { runSeed, type SeedResult } from "./run-seed.ts";
import type { Template } from "./template.ts";

export interface Batch {
  seeds: number;
  steps: number;
  operations: number;
  virtualHours: number;
  injected: Map<string, number>;
  probes: Map<Probe, number>;
  /** Seeds that broke an invariant, or were lived in two ways. */
  red: SeedResult[];
  seconds: number;
}

export interface BatchOptions {
  from: number;
  seeds: number;
  /** Worlds at once; each is alone in its database. */
  parallel: number;
  plant?: Plant;
  /** No more seeds are begun once one of these was lived. */
  stopAt?: (result: SeedResult) => boolean;
  /** Without the second life: a hunt for a planted bug asks only whether it shows. */
  once?: boolean;
  onSeed?: (result: SeedResult, done: number) => void;
}

/** In smaller batches a rare event may well not happen. */
const probesMustBeMetFrom = 200;

export async function runBatch(template: Template, options: BatchOptions): Promise<Batch> {
  const began = performance.now();
  const batch: Batch = {
    seeds: 0,
    steps: 0,
    operations: 0,
    virtualHours: 0,
    seconds: 0,
    injected: new Map(),
    probes: new Map(),
    red: [],
  };
  let next = options.from;
  let isOver = false;
  const takeSeeds = async (): Promise<void> => {
    while (next < options.from + options.seeds) {
      if (isOver) return;
      const live = options.once ? liveOnce : liveTwice;
      const result = await live(template, String(next++), options.plant);
      addTo(batch, result);
      isOver ||= options.stopAt?.(result) === true;
      options.onSeed?.(result, batch.seeds);
    }
  };
  await Promise.all(Array.from({ length: options.parallel }, takeSeeds));
  batch.red.sort((one, other) => Number(one.seed) - Number(other.seed));
  batch.seconds = (performance.now() - began) / 1000;
  return batch;
}

function liveOnce(template: Template, seed: string, plant?: Plant): Promise<SeedResult> {
  return runSeed(template, seed, plant === undefined ? {} : { plant });
}

/** The determinism gate: a seed that goes two ways proves nothing, and cannot be replayed. */
export async function liveTwice(
  template: Template,
  seed: string,
  plant?: Plant,
): Promise<SeedResult> {
  const first = await liveOnce(template, seed, plant);
  const second = await liveOnce(template, seed, plant);
  if (first.hash === second.hash) return first;
  const index = first.events.findIndex((line, at) => line !== second.events[at]);
  const [one, other] = [first, second].map(({ events }) => events[index] ?? "the end");
  const text = `two runs of the seed differ from event ${index} on: one says "${one}", the other "${other}"`;
  return {
    ...first,
    violations: [...first.violations, { invariant: "determinism", text, step: first.steps }],
  };
}

function addTo(batch: Batch, result: SeedResult): void {
  batch.seeds += 1;
  batch.steps += result.steps;
  batch.operations += result.operations;
  batch.virtualHours += result.virtualHours;
  addCounts(batch.injected, result.injected);
  addCounts(batch.probes, result.probes);
  if (result.violations.length > 0) batch.red.push(result);
}

function addCounts<Key>(into: Map<Key, number>, from: Map<Key, number>): void {
  for (const [key, count] of from) into.set(key, (into.get(key) ?? 0) + count);
}

/** Places that this batch should have reached, and did not. */
export function unmetProbes({ seeds, probes }: Batch): Probe[] {
  return seeds < probesMustBeMetFrom ? [] : allProbes.filter((probe) => !probes.has(probe));
}
