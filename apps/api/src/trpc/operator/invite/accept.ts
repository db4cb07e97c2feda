import { acceptInvite } from "@revio-wallet/core/operator-session/accept-invite";
import { z } from "zod";
import { consoleProcedure } from "../../init.ts";
import { password, text } from "../../wire/input.ts";

/** Makes the invited person an operator, with a password of their choice. Signing in comes next. */
export const accept = consoleProcedure
  .input(z.strictObject({ token: text({ min: 1, max: 100 }), password }))
  .output(z.object({ email: z.string() }))
  .mutation(({ ctx, input }) => acceptInvite(ctx.core, { ...input, ipAddress: ctx.clientAddress }));
