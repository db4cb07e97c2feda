import { finishAddTotp } from "@revio-wallet/core/operator-session/add-totp";
import { z } from "zod";
import { operatorSessionProcedure } from "../../init.ts";
import { totpCode } from "../../wire/input.ts";
import { addedFactor } from "../operator-session-schemas.ts";

/** Turns the authenticator app on; the code counts as given. */
export const finishTotp = operatorSessionProcedure
  .input(z.strictObject({ code: totpCode }))
  .output(addedFactor)
  .mutation(({ ctx, input }) => finishAddTotp(ctx.core, input));
