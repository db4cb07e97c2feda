import { withdrawRequest } from "@revio-wallet/core/approval/withdraw-request";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { done, id, text } from "../../wire/input.ts";

/** Takes an open proposal back that the operator has made. A proposal is never edited: another may be made after it. */
export const withdraw = operatorProcedure("approvals.withdraw")
  .input(z.strictObject({ approvalId: id, reason: text({ min: 3, max: 1_000 }) }))
  .output(done)
  .mutation(async ({ ctx, input }) => {
    await withdrawRequest(ctx.core, input);
    return { done: true } as const;
  });
