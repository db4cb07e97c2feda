import { decideAdjustment } from "@revio-wallet/core/approval/decide-adjustment";
import { z } from "zod";
import { confirmedProcedure } from "../../init.ts";
import { id, text } from "../../wire/input.ts";
import { adjustmentOutput } from "./adjustment-output.ts";

/** Approves a proposed correction, which posts just that, or refuses it. Decided once, and never by who proposed it. */
export const decide = confirmedProcedure({ decide: "adjustment" })
  .input(
    z.discriminatedUnion("decision", [
      z.strictObject({
        decision: z.literal("approved"),
        approvalId: id,
        reason: text({ min: 3, max: 500 }).optional(),
      }),
      z.strictObject({
        decision: z.literal("rejected"),
        approvalId: id,
        reason: text({ min: 3, max: 500 }),
      }),
    ]),
  )
  .output(adjustmentOutput)
  .mutation(({ ctx, input }) => decideAdjustment(ctx.core, input));
