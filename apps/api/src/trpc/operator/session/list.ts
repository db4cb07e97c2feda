import { listOwnSessions } from "@revio-wallet/core/operator-session/list-operator-sessions";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { noInput } from "../../wire/input.ts";

/** The operator's own sessions that can still be used, the last used first. */
export const list = operatorProcedure("own")
  .input(noInput)
  .output(
    z.array(
      z.object({
        id: z.uuid(),
        isThisOne: z.boolean(),
        createdAt: z.date(),
        lastUsedAt: z.date(),
        expiresAt: z.date(),
        userAgent: z.string().nullable(),
        ipAddress: z.string().nullable(),
      }),
    ),
  )
  .query(({ ctx }) => listOwnSessions(ctx.core));
