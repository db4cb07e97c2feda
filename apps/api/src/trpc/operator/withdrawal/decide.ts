import { decideWithdrawal } from "@revio-wallet/core/approval/decide-withdrawal";
import { z } from "zod";
import { confirmedProcedure } from "../../init.ts";
import { id, text } from "../../wire/input.ts";
import { withdrawalOutput } from "../../wire/outputs.ts";

/** Lets a large withdrawal go out, or refuses it; the reserve then goes back. Decided once. */
export const decide = confirmedProcedure({ decide: "withdrawal" })
  .input(
    z.discriminatedUnion("decision", [
      z.strictObject({
        decision: z.literal("approved"),
        transactionId: id,
        reason: text({ min: 3, max: 500 }).optional(),
      }),
      z.strictObject({
        decision: z.literal("rejected"),
        transactionId: id,
        reason: text({ min: 3, max: 500 }),
      }),
    ]),
  )
  .output(withdrawalOutput)
  .mutation(({ ctx, input }) => decideWithdrawal(ctx.core, input));
