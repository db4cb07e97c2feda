import { unfreezeOutgoing as unfreeze } from "@revio-wallet/core/user/unfreeze-outgoing";
import { z } from "zod";
import { confirmedProcedure } from "../../init.ts";
import { done, id, reason } from "../../wire/input.ts";

/** Lets money leave the account again, after somebody has looked. */
export const unfreezeOutgoing = confirmedProcedure("users.unfreeze")
  .input(z.strictObject({ userId: id, reason }))
  .output(done)
  .mutation(async ({ ctx, input }) => {
    await unfreeze(ctx.core, input);
    return { done: true as const };
  });
