import { payoutOutcomes } from "@revio-wallet/core/approval/payout-resolution";
import { requestPayoutResolution } from "@revio-wallet/core/approval/request-payout-resolution";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { id, idempotencyKey, text } from "../../wire/input.ts";

/** Proposes what became of a payout in doubt. Nothing is done until another operator has decided. */
export const requestResolution = operatorProcedure({ request: "payout_resolution" })
  .input(
    z.strictObject({
      transactionId: id,
      outcome: z.enum(payoutOutcomes),
      /** How it was found out. */
      reason: text({ min: 3, max: 1_000 }),
      idempotencyKey,
    }),
  )
  .output(z.object({ approvalId: z.string(), expiresAt: z.date() }))
  .mutation(({ ctx, input }) => requestPayoutResolution(ctx.core, input));
