/** What one slice of a scenario gave. */
export interface Slice {
  operations: number;
  elapsedMs: number;
  /** Of each operation, in the order in which they ended. */
  latenciesMs: number[];
}

/**
 * Runs `operation` over and over in so many lanes at once, each starting its next when its last has ended. The lanes stop
 * starting after `durationMs`, or when `count` are started; what is under way then still counts, with its time.
 *
 * An operation that throws ends the slice: figures of a system that fails mean nothing.
 */
export async function drive(
  options: { lanes: number; operation: () => Promise<void> } & (
    | { durationMs: number }
    | { count: number }
  ),
): Promise<Slice> {
  const { lanes, operation } = options;
  const latenciesMs: number[] = [];
  const startedAt = performance.now();
  let started = 0;
  let failed = false;
  const isOver = (now: number): boolean =>
    failed ||
    ("count" in options ? started >= options.count : now - startedAt >= options.durationMs);
  const lane = async (): Promise<void> => {
    let from = performance.now();
    while (!isOver(from)) {
      started += 1;
      await operation();
      const to = performance.now();
      latenciesMs.push(to - from);
      from = to;
    }
  };
  const lanesEnd = await Promise.allSettled(
    Array.from({ length: lanes }, () =>
      lane().catch((error: unknown) => {
        failed = true;
        throw error;
      }),
    ),
  );
  for (const end of lanesEnd) if (end.status === "rejected") throw end.reason;
  return { operations: latenciesMs.length, elapsedMs: performance.now() - startedAt, latenciesMs };
}
