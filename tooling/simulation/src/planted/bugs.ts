import { flowBugs } from "./flow-bugs.ts";
import { ledgerBugs } from "./ledger-bugs.ts";
import type { PlantedBug } from "./planted-bug.ts";

/** All of them, in the order of their ids. */
export const plantedBugs: Record<string, PlantedBug> = Object.fromEntries(
  Object.entries({ ...ledgerBugs, ...flowBugs }).sort(([one], [other]) => one.localeCompare(other)),
);
