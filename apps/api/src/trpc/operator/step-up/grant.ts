import { grantStepUp } from "@revio-wallet/core/operator-session/step-up";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { boundAction, freshFactor } from "../operator-session-schemas.ts";

/** A fresh factor for one call. Its id goes with that call, in `x-step-up-id`; good once, for some minutes. */
export const grant = operatorProcedure("own")
  .input(z.strictObject({ action: boundAction, factor: freshFactor }))
  .output(z.object({ stepUpId: z.uuid(), expiresAt: z.date() }))
  .mutation(({ ctx, input }) => grantStepUp(ctx.core, input.action, input.factor));
