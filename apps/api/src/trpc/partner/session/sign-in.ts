import { signIn as signInUser } from "@revio-wallet/core/session/sign-in";
import { z } from "zod";
import { publicProcedure } from "../../init.ts";
import { password, recoveryCode, text, totpCode } from "../../wire/input.ts";
import { sessionTokensOutput, userOutput } from "../../wire/outputs.ts";

/** A new session. TOTP_REQUIRED: send the same again, with a code. */
export const signIn = publicProcedure
  .input(
    z.strictObject({
      email: text({ min: 1, max: 320 }),
      password,
      totpCode: totpCode.optional(),
      recoveryCode: recoveryCode.optional(),
    }),
  )
  .output(sessionTokensOutput.extend({ user: userOutput }))
  .mutation(({ ctx, input }) =>
    signInUser(ctx.core, { ...input, ipAddress: ctx.clientAddress, userAgent: ctx.userAgent }),
  );
