import { revokeOwnSessions } from "@revio-wallet/core/operator-session/end-operator-sessions";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { done, id } from "../../wire/input.ts";

/** Ends one of the operator's own sessions. It is over at its next request. */
export const revoke = operatorProcedure("own")
  .input(z.strictObject({ sessionId: id }))
  .output(done)
  .mutation(async ({ ctx, input }) => {
    await revokeOwnSessions(ctx.core, { id: input.sessionId });
    return { done: true } as const;
  });
