import { createHash } from "node:crypto";
import type { Store } from "./store/open-store.ts";

/** Repeatable randomness: the same seed gives the same ids in the same order. */
export interface RandomSource {
  /** Lowercase UUID v4. */
  uuid(): string;
  /** In [0, 1). */
  fraction(): number;
  token(): string;
}

/** The position is stored, so ids do not repeat when a sandbox restarts with the same seed. */
export function createRandomSource(store: Store, seed: string): RandomSource {
  const next = (): Buffer => {
    const position = store.nextCounter("random");
    return createHash("sha256").update(`${seed}:${position}`).digest();
  };
  return {
    uuid() {
      const bytes = next().subarray(0, 16);
      bytes[6] = (bytes[6]! & 0x0f) | 0x40;
      bytes[8] = (bytes[8]! & 0x3f) | 0x80;
      const hex = bytes.toString("hex");
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
    },
    fraction: () => next().readUInt32BE(0) / 0x1_0000_0000,
    token: () => next().toString("hex"),
  };
}
