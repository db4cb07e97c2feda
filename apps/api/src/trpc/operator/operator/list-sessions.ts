import { listOperatorSessions } from "@revio-wallet/core/operator-session/manage-operator-sessions";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { id } from "../../wire/input.ts";
import { sessionOfOperatorOutput } from "../../wire/operator-account-outputs.ts";

/** Sessions of any operator that can still be used, the last used first. */
export const listSessions = operatorProcedure("operators.manage")
  .input(z.strictObject({ operatorId: id }))
  .output(z.array(sessionOfOperatorOutput))
  .query(({ ctx, input }) => listOperatorSessions(ctx.core, input));
