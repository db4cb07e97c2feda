import { readFactors } from "@revio-wallet/core/operator-session/enrol-factor";
import { z } from "zod";
import { operatorSessionProcedure } from "../../init.ts";
import { noInput } from "../../wire/input.ts";

/** What the operator can sign in with, beside the password. */
export const get = operatorSessionProcedure
  .input(noInput)
  .output(
    z.object({
      passkeys: z.array(
        z.object({
          id: z.uuid(),
          label: z.string(),
          createdAt: z.date(),
          lastUsedAt: z.date().nullable(),
        }),
      ),
      totp: z.boolean(),
      recoveryCodesLeft: z.int(),
    }),
  )
  .query(({ ctx }) => readFactors(ctx.core, ctx.core.pool));
