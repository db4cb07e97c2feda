import { getInvite } from "@revio-wallet/core/operator-session/accept-invite";
import { z } from "zod";
import { consoleProcedure } from "../../init.ts";
import { text } from "../../wire/input.ts";
import { operatorRole } from "../operator-session-schemas.ts";

/** What an invitation says, to who holds its link. */
export const get = consoleProcedure
  .input(z.strictObject({ token: text({ min: 1, max: 100 }) }))
  .output(
    z.object({
      email: z.string(),
      displayName: z.string(),
      role: operatorRole,
      expiresAt: z.date(),
    }),
  )
  .query(({ ctx, input }) => getInvite(ctx.core, { ...input, ipAddress: ctx.clientAddress }));
