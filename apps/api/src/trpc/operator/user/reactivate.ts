import { reactivateUser } from "@revio-wallet/core/user/reactivate-user";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { done, id, reason } from "../../wire/input.ts";

/** Lets a suspended user in again. Sessions from before stay ended. */
export const reactivate = operatorProcedure("users.suspend")
  .input(z.strictObject({ userId: id, reason }))
  .output(done)
  .mutation(async ({ ctx, input }) => {
    await reactivateUser(ctx.core, input);
    return { done: true as const };
  });
