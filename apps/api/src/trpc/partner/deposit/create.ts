import { startDeposit } from "@revio-wallet/core/revio/start-deposit";
import { z } from "zod";
import { userProcedure } from "../../init.ts";
import { amountMinor, currency, idempotencyKey } from "../../wire/input.ts";
import { depositOutput } from "../../wire/outputs.ts";
import { checkReturnUrl } from "./check-return-url.ts";

/** Opens a checkout to pay in. The same key gives the same deposit, for ever. */
export const create = userProcedure("money-per-user")
  .input(
    z.strictObject({
      amountMinor,
      currency,
      /** Where the browser goes after paying: an address of the partner's app. */
      returnUrl: z.string().max(500).optional(),
      idempotencyKey,
    }),
  )
  .output(z.object({ deposit: depositOutput, replayed: z.boolean() }))
  .mutation(async ({ ctx, input }) => {
    const returnUrl = checkReturnUrl(input.returnUrl, ctx.settings.RETURN_URL_ORIGINS);
    const result = await startDeposit(ctx.core, { ...input, userId: ctx.userId, returnUrl });
    if (result.replayed) ctx.setHeader("idempotent-replayed", "true");
    return result;
  });
