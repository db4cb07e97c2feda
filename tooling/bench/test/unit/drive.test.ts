import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { drive } from "../../src/drive.ts";

test("runs just as many operations as asked for, never more at once than there are lanes", async () => {
  let running = 0;
  let most = 0;
  const operation = async (): Promise<void> => {
    running += 1;
    most = Math.max(most, running);
    await sleep(1);
    running -= 1;
  };
  const slice = await drive({ lanes: 4, count: 21, operation });
  expect(slice.operations).toBe(21);
  expect(slice.latenciesMs).toHaveLength(21);
  expect(most).toBe(4);
});

test("stops starting when the time is over, and waits for what is under way", async () => {
  let ended = 0;
  const operation = async (): Promise<void> => {
    await sleep(30);
    ended += 1;
  };
  const slice = await drive({ lanes: 2, durationMs: 45, operation });
  expect(slice.operations).toBe(4);
  expect(ended).toBe(4);
  expect(slice.elapsedMs).toBeGreaterThanOrEqual(55);
});

test("an operation that fails ends all lanes and is told", async () => {
  let started = 0;
  const operation = async (): Promise<void> => {
    started += 1;
    await sleep(1);
    if (started > 10) throw new Error("no connection");
  };
  await expect(drive({ lanes: 3, count: 1_000, operation })).rejects.toThrow("no connection");
  const atEnd = started;
  await sleep(10);
  expect(started).toBe(atEnd);
  expect(atEnd).toBeLessThan(20);
});
