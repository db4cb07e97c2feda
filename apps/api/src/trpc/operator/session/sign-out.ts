import { signOutOperator } from "@revio-wallet/core/operator-session/end-operator-sessions";
import { operatorSessionProcedure } from "../../init.ts";
import { done, noInput } from "../../wire/input.ts";

/** Ends the session that asks. */
export const signOut = operatorSessionProcedure
  .input(noInput)
  .output(done)
  .mutation(async ({ ctx }) => {
    await signOutOperator(ctx.core);
    return { done: true } as const;
  });
