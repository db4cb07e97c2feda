import { registerUser } from "@revio-wallet/core/user/register-user";
import { z } from "zod";
import { publicProcedure } from "../../init.ts";
import { password, text } from "../../wire/input.ts";
import { userOutput } from "../../wire/outputs.ts";

/** A new user with empty accounts. Signing in is a call of its own. */
export const register = publicProcedure
  .input(
    z.strictObject({
      email: text({ min: 3, max: 320 }),
      fullName: text({ min: 1, max: 256 }),
      phone: text({ min: 5, max: 32 }).optional(),
      password,
    }),
  )
  .output(userOutput)
  .mutation(({ ctx, input }) => registerUser(ctx.core, { ...input, ipAddress: ctx.clientAddress }));
