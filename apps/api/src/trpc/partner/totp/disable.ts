import { disableTotp } from "@revio-wallet/core/session/totp/disable-totp";
import { z } from "zod";
import { userProcedure } from "../../init.ts";
import { done, password, recoveryCode, totpCode } from "../../wire/input.ts";

/** Signing in asks for no code any more. */
export const disable = userProcedure("account-change-per-user")
  .input(
    z.strictObject({
      password,
      totpCode: totpCode.optional(),
      recoveryCode: recoveryCode.optional(),
    }),
  )
  .output(done)
  .mutation(async ({ ctx, input }) => {
    await disableTotp(ctx.core, input);
    return { done: true as const };
  });
