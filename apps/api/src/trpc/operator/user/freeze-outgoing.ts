import { freezeUserOutgoing } from "@revio-wallet/core/user/freeze-user-outgoing";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { done, id, reason } from "../../wire/input.ts";

/** Stops money from leaving one user's account. They can still sign in and pay in. */
export const freezeOutgoing = operatorProcedure("users.freeze")
  .input(z.strictObject({ userId: id, reason }))
  .output(done)
  .mutation(async ({ ctx, input }) => {
    await freezeUserOutgoing(ctx.core, input);
    return { done: true as const };
  });
