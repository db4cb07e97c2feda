import { listSuspense } from "@revio-wallet/core/reconciliation/list-suspense";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { suspensePaymentOutput } from "../../wire/break-outputs.ts";
import { pageInput, pageOf } from "../../wire/input.ts";

/** Payments that nobody may be credited with, the longest held first; or those that have left suspense. */
export const list = operatorProcedure("reconciliation.view")
  .input(
    z
      .strictObject({ state: z.enum(["held", "released"]).default("held"), ...pageInput })
      .prefault({}),
  )
  .output(pageOf(suspensePaymentOutput))
  .query(({ ctx, input }) => listSuspense(ctx.core, input));
