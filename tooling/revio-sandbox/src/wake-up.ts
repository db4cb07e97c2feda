import type { Clock } from "./clock.ts";

export interface WakeUp {
  /** Runs the work soon, after the current synchronous code (and so after its commit). */
  wake(): void;
  stop(): void;
}

const longestTimer = 2 ** 31 - 1;

/**
 * Runs `work` when asked to and when the earliest due moment on the sandbox clock arrives.
 *
 * @param nextDueMs earliest moment at which there is something to do, undefined for never
 */
export function createWakeUp(
  clock: Clock,
  nextDueMs: () => number | undefined,
  work: () => void,
): WakeUp {
  let timer: NodeJS.Timeout | undefined;
  let queued = false;
  let stopped = false;
  const wake = (): void => {
    if (queued || stopped) return;
    queued = true;
    setImmediate(() => {
      queued = false;
      if (stopped) return;
      work();
      clearTimeout(timer);
      const due = nextDueMs();
      if (due === undefined) return;
      timer = setTimeout(wake, Math.min(Math.max(0, due - clock.nowMs()), longestTimer));
    });
  };
  clock.onChange(wake);
  return {
    wake,
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
