import { passSecondFactor } from "@revio-wallet/core/operator-session/pass-second-factor";
import { z } from "zod";
import { operatorSessionProcedure } from "../../init.ts";
import { sessionToken, signInFactor } from "../operator-session-schemas.ts";

/** The second factor. The session goes on under the token that comes back. */
export const passFactor = operatorSessionProcedure
  .input(z.strictObject({ factor: signInFactor }))
  .output(sessionToken)
  .mutation(({ ctx, input }) => passSecondFactor(ctx.core, input.factor));
