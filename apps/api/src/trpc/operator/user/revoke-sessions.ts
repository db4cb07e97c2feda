import { revokeUserSessions } from "@revio-wallet/core/session/revoke-user-sessions";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { id, reason } from "../../wire/input.ts";

/** Ends one session of a user, or all: over at their next request. Says how many were open; doing it twice changes nothing. */
export const revokeSessions = operatorProcedure("users.endSessions")
  .input(z.strictObject({ userId: id, sessionId: id.optional(), reason }))
  .output(z.object({ endedSessions: z.int().nonnegative() }))
  .mutation(({ ctx, input }) => revokeUserSessions(ctx.core, input));
