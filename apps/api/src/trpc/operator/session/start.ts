import { startOperatorSession } from "@revio-wallet/core/operator-session/start-operator-session";
import { z } from "zod";
import { consoleProcedure } from "../../init.ts";
import { password, text } from "../../wire/input.ts";
import { sessionToken } from "../operator-session-schemas.ts";

/** The password: the session that it opens can do nothing but take a second factor. */
export const start = consoleProcedure
  .input(
    z.strictObject({
      email: text({ min: 1, max: 320 }),
      password,
      userAgent: text({ min: 0, max: 1_000 }).optional(),
    }),
  )
  .output(sessionToken)
  .mutation(({ ctx, input }) =>
    startOperatorSession(ctx.core, { ...input, ipAddress: ctx.clientAddress }),
  );
