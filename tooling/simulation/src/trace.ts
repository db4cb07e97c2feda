import { createHash } from "node:crypto";

/** What happened, in order, in words that a second run of the same seed must repeat. */
export interface Trace {
  add(atMs: number, who: string, what: string): void;
  /** Oldest first. */
  lines(): string[];
  /** SHA-256 over all lines. */
  hash(): string;
}

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** Ids become ordinals by first appearance: nothing of the host, the port or the database's counters gets in. */
export function createTrace(startMs: number): Trace {
  const lines: string[] = [];
  const digest = createHash("sha256");
  const ordinals = new Map<string, number>();
  const ordinalOf = (id: string): string => {
    const known = ordinals.get(id) ?? ordinals.size + 1;
    ordinals.set(id, known);
    return `#${known}`;
  };
  return {
    add(atMs, who, what) {
      const seconds = ((atMs - startMs) / 1000).toFixed(3).padStart(11);
      const line = `${seconds}s ${who}: ${what.replaceAll(uuid, ordinalOf)}`;
      digest.update(line).update("\n");
      lines.push(line);
    },
    lines: () => [...lines],
    hash: () => digest.copy().digest("hex"),
  };
}
