import { revokeInvite } from "@revio-wallet/core/operator-session/invite-operator";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { done, text } from "../../wire/input.ts";

/** Takes an open invitation back. */
export const revoke = operatorProcedure("operators.manage")
  .input(z.strictObject({ email: text({ min: 1, max: 320 }) }))
  .output(done)
  .mutation(async ({ ctx, input }) => {
    await revokeInvite(ctx.core, input);
    return { done: true } as const;
  });
