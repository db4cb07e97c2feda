import { decidePayoutResolution } from "@revio-wallet/core/revio/decide-payout-resolution";
import { z } from "zod";
import { confirmedProcedure } from "../../init.ts";
import { id, text } from "../../wire/input.ts";
import { withdrawalOutput } from "../../wire/outputs.ts";

/** A second operator decides on a proposal about a payout in doubt. What Revio can tell goes before it. */
export const decideResolution = confirmedProcedure({ decide: "payout_resolution" })
  .input(
    z.strictObject({
      approvalId: id,
      decision: z.enum(["approved", "rejected"]),
      reason: text({ min: 3, max: 1_000 }),
    }),
  )
  .output(withdrawalOutput)
  .mutation(({ ctx, input }) => decidePayoutResolution(ctx.core, input));
