import type { ProcedureMeta } from "../src/trpc/init.ts";

export interface ProcedureDefinition {
  path: string;
  type: "query" | "mutation" | "subscription";
  meta?: ProcedureMeta;
  inputs: unknown[];
  output?: unknown;
}

/** Every procedure of a router, as tRPC keeps it; there is no public way to ask. */
export function proceduresOf(router: object): ProcedureDefinition[] {
  /* oxlint-disable no-underscore-dangle */
  type Known = Record<string, { _def: Omit<ProcedureDefinition, "path"> }>;
  const { procedures } = (router as { _def: { procedures: Known } })._def;
  return Object.entries(procedures).map(([path, procedure]) => ({ path, ...procedure._def }));
}
