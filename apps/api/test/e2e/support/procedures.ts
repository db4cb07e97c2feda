import type { AnyTRPCProcedure } from "@trpc/server";
import type { z } from "zod";
import type { ProcedureMeta } from "../../../src/trpc/init.ts";
import { operatorRouter } from "../../../src/trpc/operator/router.ts";
import { partnerRouter } from "../../../src/trpc/partner/router.ts";

/** A procedure as the router has it: tests go through all of them, so that a new one cannot be forgotten. */
export interface Procedure {
  path: string;
  type: "query" | "mutation" | "subscription";
  access: ProcedureMeta["access"];
  input: z.ZodType;
}

function proceduresOf(router: { _def: { procedures: object } }): Procedure[] {
  const procedures = Object.entries(router._def.procedures as Record<string, AnyTRPCProcedure>);
  return procedures.map(([path, { _def }]) => {
    const { type, meta, inputs } = _def as unknown as {
      type: Procedure["type"];
      meta: ProcedureMeta;
      inputs: [z.ZodType];
    };
    return { path, type, access: meta.access, input: inputs[0] };
  });
}

export const partnerProcedures = proceduresOf(partnerRouter);
export const operatorProcedures = proceduresOf(operatorRouter);
