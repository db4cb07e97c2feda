import { listSessions } from "@revio-wallet/core/session/list-sessions";
import { z } from "zod";
import { userProcedure } from "../../init.ts";
import { noInput } from "../../wire/input.ts";

/** "Your devices": open sessions, the last used first. */
export const list = userProcedure("read-per-user")
  .input(noInput)
  .output(
    z.array(
      z.object({
        id: z.string(),
        current: z.boolean(),
        createdAt: z.date(),
        lastUsedAt: z.date(),
        expiresAt: z.date(),
        userAgent: z.string().nullable(),
      }),
    ),
  )
  .query(({ ctx }) => listSessions(ctx.core));
