import { signOutEverywhere as endSessions } from "@revio-wallet/core/session/sign-out-everywhere";
import { z } from "zod";
import { userProcedure } from "../../init.ts";

/** Ends all sessions of the user, or all but the one that asks. */
export const signOutEverywhere = userProcedure("account-change-per-user")
  .input(z.strictObject({ keepCurrent: z.boolean().optional() }).optional())
  .output(z.object({ endedSessions: z.int() }))
  .mutation(({ ctx, input }) => endSessions(ctx.core, input));
