import { beginAddTotp } from "@revio-wallet/core/operator-session/add-totp";
import { z } from "zod";
import { operatorSessionProcedure } from "../../init.ts";
import { noInput } from "../../wire/input.ts";

/** A secret for an authenticator app, shown once. */
export const beginTotp = operatorSessionProcedure
  .input(noInput)
  .output(z.object({ secret: z.string(), otpauthUri: z.string() }))
  .mutation(({ ctx }) => beginAddTotp(ctx.core));
