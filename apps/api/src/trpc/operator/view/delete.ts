import { deleteView } from "@revio-wallet/core/saved-view/delete-view";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { done, id } from "../../wire/input.ts";

/** Deletes a view of one's own. */
export const remove = operatorProcedure("views.use")
  .input(z.strictObject({ viewId: id }))
  .output(done)
  .mutation(async ({ ctx, input }) => {
    await deleteView(ctx.core, input);
    return { done: true as const };
  });
