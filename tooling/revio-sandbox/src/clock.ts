import type { Store } from "./store/open-store.ts";

/** The sandbox's clock: real time plus an offset that tests may move forward. */
export interface Clock {
  nowMs(): number;
  /** Unix seconds, Revio's unit. */
  nowSeconds(): number;
  /** Length in milliseconds of a wait that takes `seconds` at Revio: divided by the time scale. */
  waitMs(seconds: number): number;
  advance(seconds: number): void;
  setTimeScale(scale: number): void;
  timeScale(): number;
  offsetMs(): number;
  onChange(listener: () => void): void;
}

interface ClockState {
  offsetMs: number;
  timeScale: number;
}

/**
 * Offset and scale live in the store, so a restart continues the same time line.
 *
 * The scale shortens the sandbox's own waits (retry gaps, bank delays, the refund guard) and leaves
 * the time of day alone: callers send absolute times such as `due`, and a day that runs faster than
 * theirs would expire every purchase at once.
 */
export function createClock(store: Store, initialTimeScale: number): Clock {
  const saved = store.readValue<ClockState>("clock");
  const state: ClockState = { offsetMs: saved?.offsetMs ?? 0, timeScale: initialTimeScale };
  const listeners: (() => void)[] = [];
  const changed = (): void => {
    store.writeValue("clock", state);
    for (const listener of listeners) listener();
  };
  const nowMs = (): number => Date.now() + state.offsetMs;
  return {
    nowMs,
    nowSeconds: () => Math.floor(nowMs() / 1000),
    waitMs: (seconds) => Math.round((seconds * 1000) / state.timeScale),
    advance(seconds) {
      state.offsetMs += Math.round(seconds * 1000);
      changed();
    },
    setTimeScale(scale) {
      state.timeScale = scale;
      changed();
    },
    timeScale: () => state.timeScale,
    offsetMs: () => state.offsetMs,
    onChange: (listener) => {
      listeners.push(listener);
    },
  };
}
