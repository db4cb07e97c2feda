import { removeFactor } from "@revio-wallet/core/operator-session/remove-factor";
import { operatorProcedure } from "../../init.ts";
import { done, noInput } from "../../wire/input.ts";

/** Removes the authenticator app; never the last factor. */
export const removeTotp = operatorProcedure("own")
  .input(noInput)
  .output(done)
  .mutation(async ({ ctx }) => {
    await removeFactor(ctx.core, { kind: "totp" });
    return { done: true } as const;
  });
