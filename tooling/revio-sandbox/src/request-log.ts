/** One request to an emulated endpoint, as the server saw it. */
export interface LoggedRequest {
  atMs: number;
  operation: string;
  objectId: string;
  outcome: string;
  fault?: string;
}

export interface RequestLog {
  add(entry: LoggedRequest): void;
  recent(): LoggedRequest[];
  counts(): Record<string, number>;
  clear(): void;
}

const kept = 2000;

/** Last requests and counts per operation, in memory: enough for a test to see what a client sent. */
export function createRequestLog(): RequestLog {
  const entries: LoggedRequest[] = [];
  const counts = new Map<string, number>();
  return {
    add(entry) {
      entries.push(entry);
      if (entries.length > kept) entries.shift();
      counts.set(entry.operation, (counts.get(entry.operation) ?? 0) + 1);
    },
    recent: () => entries.toReversed(),
    counts: () => Object.fromEntries(counts),
    clear() {
      entries.length = 0;
      counts.clear();
    },
  };
}
