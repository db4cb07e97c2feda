import { revealUserContact } from "@revio-wallet/core/user/reveal-user-contact";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { id, reason } from "../../wire/input.ts";

/** A user's contact data in the clear, for a reason that is kept. Show it for a minute at most. */
export const reveal = operatorProcedure("users.reveal")
  .input(z.strictObject({ userId: id, reason }))
  .output(z.object({ email: z.string(), fullName: z.string(), phone: z.string().nullable() }))
  .mutation(({ ctx, input }) => revealUserContact(ctx.core, input));
