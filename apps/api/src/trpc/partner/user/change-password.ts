import { changePassword as change } from "@revio-wallet/core/user/change-password";
import { z } from "zod";
import { userProcedure } from "../../init.ts";
import { password } from "../../wire/input.ts";

/** Replaces the password; every other session of the user ends. */
export const changePassword = userProcedure("account-change-per-user")
  .input(z.strictObject({ currentPassword: password, newPassword: password }))
  .output(z.object({ endedSessions: z.int() }))
  .mutation(({ ctx, input }) => change(ctx.core, input));
