import { afterEach, expect, test, vi } from "vitest";
import { watchEventLoop } from "../../src/event-loop.ts";

afterEach(() => vi.useRealTimers());

test("F72 a loop that stood still for longer than the limit is told for a while, and then forgotten", () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance", "Date"] });
  const watch = watchEventLoop({ limitMs: 3_000, rememberMs: 10_000 });
  vi.advanceTimersByTime(60_000);
  expect(watch.stalled()).toBe(false);
  const now = performance.now.bind(performance);
  const late = vi.spyOn(performance, "now").mockImplementation(() => now() + 4_000);
  expect(watch.stalled()).toBe(true);
  vi.advanceTimersByTime(9_000);
  expect(watch.stalled()).toBe(true);
  vi.advanceTimersByTime(2_000);
  expect(watch.stalled()).toBe(false);
  late.mockRestore();
  watch.stop();
});

test("a short pause is none", () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance", "Date"] });
  const watch = watchEventLoop({ limitMs: 3_000 });
  const now = performance.now.bind(performance);
  const late = vi.spyOn(performance, "now").mockImplementation(() => now() + 2_000);
  expect(watch.stalled()).toBe(false);
  late.mockRestore();
  watch.stop();
});
