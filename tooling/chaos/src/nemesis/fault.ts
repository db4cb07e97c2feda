import type { Cluster } from "../cluster/cluster.ts";
import type { Random } from "../random.ts";

/** What a fault gets to work with. */
export interface FaultScene {
  readonly cluster: Cluster;
  readonly random: Random;
}

/**
 * One kind of fault. `strike` brings it about, keeps it up for as long as it draws, heals it, and resolves once what was hit
 * answers again; it says in a few words what it hit. It heals in any case, also when it fails half way.
 */
export interface Fault {
  readonly kind: string;
  /** Which of the faults in docs/reliability.md it brings about. */
  readonly proves: readonly `F${number}`[];
  /** Faults of different tracks overlap, those of one do not. */
  readonly track: "inside" | "outside";
  /** About how long it takes, heal included; it is not begun when less is left. */
  readonly seconds: number;
  readonly strike: (scene: FaultScene) => Promise<string>;
}

/** One fault as it happened. Milliseconds since the start of the run. */
export interface FaultWindow {
  readonly kind: string;
  readonly detail: string;
  readonly startedMs: number;
  readonly healedMs: number;
  /** When the first money operation begun after the heal succeeded; undefined if none did. */
  recoveredMs?: number;
}
