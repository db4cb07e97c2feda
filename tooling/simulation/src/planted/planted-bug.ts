import type { Plant } from "../plant.ts";
import type { SourceEdit } from "./edit-source.ts";

/** A defect that the simulation must find, and the invariants in whose words it may say so: the first is the one hunted for. */
export interface PlantedBug {
  what: string;
  caughtBy: readonly [string, ...string[]];
  plant?: Plant;
  edits?: readonly SourceEdit[];
}
