import { listUserSessions } from "@revio-wallet/core/session/list-user-sessions";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { id, pageInput } from "../../wire/input.ts";
import { userSessionsOutput } from "../../wire/user-outputs.ts";

/** A user's sessions, open or over, the newest first. */
export const sessions = operatorProcedure("users.view")
  .input(z.strictObject({ userId: id, ...pageInput }))
  .output(userSessionsOutput)
  .query(({ ctx, input }) => listUserSessions(ctx.core, input));
