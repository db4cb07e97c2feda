import { confirmTotp } from "@revio-wallet/core/session/totp/confirm-totp";
import { z } from "zod";
import { userProcedure } from "../../init.ts";
import { totpCode } from "../../wire/input.ts";

/** The first code proves that the app has the secret: from now on signing in asks for one. */
export const confirm = userProcedure("account-change-per-user")
  .input(z.strictObject({ totpCode }))
  .output(z.object({ recoveryCodes: z.array(z.string()) }))
  .mutation(({ ctx, input }) => confirmTotp(ctx.core, input));
