import { revokeOperatorSessions } from "@revio-wallet/core/operator-session/manage-operator-sessions";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { id, text } from "../../wire/input.ts";

/** Ends one session of an operator, or all: over at their next request. It takes nothing but time from anybody, so it needs no approval. */
export const revokeSessions = operatorProcedure("operators.manage")
  .input(
    z.strictObject({
      operatorId: id,
      sessionId: id.optional(),
      reason: text({ min: 3, max: 500 }),
    }),
  )
  .output(z.object({ ended: z.number() }))
  .mutation(async ({ ctx, input }) => ({ ended: await revokeOperatorSessions(ctx.core, input) }));
