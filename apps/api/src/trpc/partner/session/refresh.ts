import { refreshSession } from "@revio-wallet/core/session/refresh-session";
import { z } from "zod";
import { publicProcedure } from "../../init.ts";
import { sessionTokensOutput } from "../../wire/outputs.ts";

/** New tokens for a refresh token, which is used up. One that comes back later ends the session. */
export const refresh = publicProcedure
  .input(z.strictObject({ refreshToken: z.string().min(1).max(256) }))
  .output(sessionTokensOutput)
  .mutation(({ ctx, input }) =>
    refreshSession(ctx.core, { ...input, ipAddress: ctx.clientAddress }),
  );
