import { suspendUser } from "@revio-wallet/core/user/suspend-user";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { done, id, reason } from "../../wire/input.ts";

/** Shuts a user out at once: every session ends. Money on its way is not touched. */
export const suspend = operatorProcedure("users.suspend")
  .input(z.strictObject({ userId: id, reason }))
  .output(done)
  .mutation(async ({ ctx, input }) => {
    await suspendUser(ctx.core, input);
    return { done: true as const };
  });
