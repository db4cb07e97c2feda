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
  stepUp: boolean;
  input: z.ZodType;
}

function proceduresOf({ _def: { procedures } }: { _def: { procedures: object } }): Procedure[] {
  const byPath = Object.entries(procedures as Record<string, AnyTRPCProcedure>);
  return byPath.map(([path, { _def: definition }]) => {
    const { type, meta, inputs } = definition as unknown as {
      type: Procedure["type"];
      meta: ProcedureMeta;
      inputs: [z.ZodType];
    };
    return {
      path,
      type,
      access: meta.access,
      stepUp: meta.stepUp === true,
      input: inputs[0],
    };
  });
}

export const partnerProcedures = proceduresOf(partnerRouter);
export const operatorProcedures = proceduresOf(operatorRouter);
