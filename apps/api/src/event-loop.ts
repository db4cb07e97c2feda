const lookEveryMs = 500;

/** What watches the event loop: a process that cannot keep up must not be sent requests. */
export interface EventLoopWatch {
  /** True if the loop stood still for longer than the limit within the last while. */
  stalled(): boolean;
  stop(): void;
}

/**
 * Notices by a timer that comes late. During the stall itself the process cannot answer at all, and whoever asks for its
 * readiness runs into their own time limit; afterwards it says for `rememberMs` that it is not ready, so that a process that
 * stalls again and again is taken out.
 */
export function watchEventLoop(
  options: { limitMs?: number; rememberMs?: number } = {},
): EventLoopWatch {
  const { limitMs = 3_000, rememberMs = 10_000 } = options;
  let lookedAt = performance.now();
  let stalledAt = -Infinity;
  const look = () => {
    const now = performance.now();
    if (now - lookedAt > lookEveryMs + limitMs) stalledAt = now;
    lookedAt = now;
  };
  const timer = setInterval(look, lookEveryMs);
  timer.unref();
  return {
    stalled: () => {
      // The question may come before the timer does.
      look();
      return performance.now() - stalledAt < rememberMs;
    },
    stop: () => clearInterval(timer),
  };
}
