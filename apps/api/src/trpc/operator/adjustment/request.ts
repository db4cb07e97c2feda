import { requestAdjustment } from "@revio-wallet/core/approval/request-adjustment";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { amountMinor, id, idempotencyKey, text } from "../../wire/input.ts";
import { adjustmentOutput } from "./adjustment-output.ts";

/** Proposes a correction of the ledger, about a break if one is named. Nothing is posted before somebody else approves it. */
export const request = operatorProcedure({ request: "adjustment" })
  .input(
    z.strictObject({
      breakId: id.optional(),
      breakVersion: z.int().positive().optional(),
      debitAccount: text({ min: 1, max: 100 }),
      creditAccount: text({ min: 1, max: 100 }),
      amountMinor,
      /** Revio's id of the payment that it takes out of suspense; it has to be all of it. */
      suspensePurchaseId: id.optional(),
      reason: text({ min: 3, max: 1_000 }),
      idempotencyKey,
    }),
  )
  .output(adjustmentOutput)
  .mutation(({ ctx, input }) => requestAdjustment(ctx.core, input));
