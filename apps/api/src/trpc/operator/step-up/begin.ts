import { beginStepUp } from "@revio-wallet/core/operator-session/step-up";
import { operatorProcedure } from "../../init.ts";
import { boundAction, passkeyRequestOutput } from "../operator-session-schemas.ts";

/** Asks for one of the operator's passkeys, for one call and no other. */
export const begin = operatorProcedure("own")
  .input(boundAction)
  .output(passkeyRequestOutput)
  .mutation(async ({ ctx, input }) => {
    const { challengeId, options } = await beginStepUp(ctx.core, input);
    return { challengeId, options: { ...options } };
  });
