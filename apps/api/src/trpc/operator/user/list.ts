import { listUsers } from "@revio-wallet/core/user/list-users";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { pageInput, pageOf, periodInput } from "../../wire/input.ts";
import { listedUserOutput, userStatus } from "../../wire/user-outputs.ts";

/**
 * Users, the newest first, contact data masked. `email` finds by the whole address and then nothing else counts; names and telephone numbers are
 * encrypted and cannot be searched.
 */
export const list = operatorProcedure("users.view")
  .input(
    z
      .strictObject({
        email: z.string().min(1).max(254).optional(),
        status: userStatus.optional(),
        isFrozen: z.literal(true).optional(),
        ...periodInput,
        ...pageInput,
      })
      .prefault({}),
  )
  .output(pageOf(listedUserOutput))
  .query(({ ctx, input }) => listUsers(ctx.core, input));
