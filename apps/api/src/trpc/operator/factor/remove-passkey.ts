import { removeFactor } from "@revio-wallet/core/operator-session/remove-factor";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { done, id } from "../../wire/input.ts";

/** Removes a passkey; never the last factor, nor the last passkey of a role that needs one. */
export const removePasskey = operatorProcedure("own")
  .input(z.strictObject({ passkeyId: id }))
  .output(done)
  .mutation(async ({ ctx, input }) => {
    await removeFactor(ctx.core, { kind: "passkey", id: input.passkeyId });
    return { done: true } as const;
  });
