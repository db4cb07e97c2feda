import { signOut as endThisSession } from "@revio-wallet/core/session/sign-out";
import { userProcedure } from "../../init.ts";
import { done, noInput } from "../../wire/input.ts";

/** Ends the session that asks. */
export const signOut = userProcedure("account-change-per-user")
  .input(noInput)
  .output(done)
  .mutation(async ({ ctx }) => {
    await endThisSession(ctx.core);
    return { done: true as const };
  });
