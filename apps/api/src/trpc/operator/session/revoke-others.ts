import { revokeOwnSessions } from "@revio-wallet/core/operator-session/end-operator-sessions";
import { operatorProcedure } from "../../init.ts";
import { done, noInput } from "../../wire/input.ts";

/** Ends all sessions of the operator but the one that asks. */
export const revokeOthers = operatorProcedure("own")
  .input(noInput)
  .output(done)
  .mutation(async ({ ctx }) => {
    await revokeOwnSessions(ctx.core, "others");
    return { done: true } as const;
  });
