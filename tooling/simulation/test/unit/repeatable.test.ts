import { describe, expect, test } from "vitest";
import { createRandom, seededIds } from "../../src/random.ts";
import { Scheduler } from "../../src/scheduler.ts";
import { Killed, type SimProcess, type Strand, type Waiting } from "../../src/strand.ts";
import { createTrace } from "../../src/trace.ts";

const noDatabase: Waiting = {
  waiting: async () => new Set(),
  onBlocked: async () => false,
  afterStep: async () => undefined,
};

function schedule(seed: string) {
  const trace = createTrace(0);
  const random = createRandom(seed);
  return { trace, scheduler: new Scheduler({ startMs: 0, random, trace, database: noDatabase }) };
}

async function lives(seed: string): Promise<{ order: string; hash: string }> {
  const { trace, scheduler } = schedule(seed);
  const order: string[] = [];
  for (const name of ["a", "b", "c"]) {
    scheduler.spawn(name, undefined, async (strand) => {
      for (let turn = 0; turn < 5; turn++) {
        await scheduler.sleep(strand, turn, "turn");
        order.push(name);
      }
    });
  }
  await scheduler.run(1_000, () => false);
  return { order: order.join(""), hash: trace.hash() };
}

describe("chance", () => {
  test("the same seed gives the same row, another seed another", () => {
    const row = (seed: string) => Array.from({ length: 5 }, createRandom(seed).next).join();
    expect(row("one")).toBe(row("one"));
    expect(row("one")).not.toBe(row("two"));
  });

  test("a fork does not move the row that it comes from", () => {
    const random = createRandom("one");
    random.fork("aside").bytes(100);
    expect(random.next()).toBe(createRandom("one").next());
  });

  test("numbers keep to their bounds", () => {
    const random = createRandom("bounds");
    const drawn = new Set(Array.from({ length: 500 }, () => random.int(-1, 2)));
    expect([...drawn].sort((a, b) => a - b)).toEqual([-1, 0, 1, 2]);
  });
});

test("ids are ordinals in a trace: two runs with other ids have one hash", () => {
  const hashOf = (seed: string) => {
    const ids = seededIds(createRandom(seed));
    const [one, other] = [ids.uuid(new Date(0)), ids.uuid(new Date(0))];
    const trace = createTrace(0);
    for (const id of [one, other, one]) trace.add(1, "user", `asks for ${id}`);
    expect(trace.lines().slice(-1)).toEqual(["      0.001s user: asks for #1"]);
    return trace.hash();
  };
  expect(hashOf("one")).toBe(hashOf("two"));
});

describe("turns", () => {
  test("the same seed gives the same turns, and seeds differ", async () => {
    expect(await lives("1")).toEqual(await lives("1"));
    const orders = await Promise.all(["1", "2", "3", "4"].map(lives));
    expect(new Set(orders.map(({ order }) => order)).size).toBeGreaterThan(1);
  });

  test("time jumps to the first sleeper when all sleep, and to the end when nothing is left", async () => {
    const { scheduler } = schedule("jump");
    let wokeMs = 0;
    scheduler.spawn("a", undefined, async (strand) => {
      await scheduler.sleep(strand, 3_600_000);
      wokeMs = scheduler.nowMs();
    });
    await scheduler.run(7_200_000, () => false);
    expect(wokeMs).toBeGreaterThanOrEqual(3_600_000);
    expect(wokeMs).toBeLessThan(3_600_100);
    expect(scheduler.nowMs()).toBe(7_200_000);
  });

  test("a killed process takes everything that runs in it along, and nothing else", async () => {
    const { scheduler } = schedule("kill");
    const process: SimProcess = { name: "api 1", kind: "api", dead: false };
    const ended: string[] = [];
    const work = (strand: Strand) =>
      scheduler.sleep(strand, 1_000).then(
        () => ended.push(`${strand.name} done`),
        (error: unknown) => ended.push(`${strand.name} ${error instanceof Killed}`),
      );
    scheduler.spawn("inside", process, async (strand) => void (await work(strand)));
    scheduler.spawn("outside", undefined, async (strand) => void (await work(strand)));
    await scheduler.run(500, () => false);
    await scheduler.kill(process, async () => undefined);
    await scheduler.run(2_000, () => false);
    expect(ended).toEqual(["inside true", "outside done"]);
  });
});
