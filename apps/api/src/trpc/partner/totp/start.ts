import { startTotp } from "@revio-wallet/core/session/totp/start-totp";
import { z } from "zod";
import { userProcedure } from "../../init.ts";
import { password } from "../../wire/input.ts";

/** A new secret for the user's authenticator app; nothing is asked for until it is confirmed. */
export const start = userProcedure("account-change-per-user")
  .input(z.strictObject({ password }))
  .output(z.object({ secret: z.string(), otpauthUri: z.string() }))
  .mutation(({ ctx, input }) => startTotp(ctx.core, input));
