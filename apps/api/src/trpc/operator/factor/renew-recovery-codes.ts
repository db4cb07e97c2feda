import { renewRecoveryCodes as renew } from "@revio-wallet/core/operator-session/remove-factor";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { noInput } from "../../wire/input.ts";

/** Ten new recovery codes, shown once; those before are worth nothing from now on. */
export const renewRecoveryCodes = operatorProcedure("own")
  .input(noInput)
  .output(z.object({ recoveryCodes: z.array(z.string()) }))
  .mutation(async ({ ctx }) => ({ recoveryCodes: await renew(ctx.core) }));
