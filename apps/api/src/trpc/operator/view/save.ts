import { saveView } from "@revio-wallet/core/saved-view/save-view";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { id, text } from "../../wire/input.ts";
import { viewFilters, viewList, viewOutput } from "../../wire/view-outputs.ts";

/** Keeps the filters of a list under a name; with the id of a view of one's own, changes it. */
export const save = operatorProcedure("views.use")
  .input(
    z.strictObject({
      viewId: id,
      list: viewList,
      name: text({ min: 1, max: 80 }),
      description: text({ min: 1, max: 500 }).nullable().default(null),
      isShared: z.boolean(),
      filters: viewFilters,
    }),
  )
  .output(viewOutput)
  .mutation(({ ctx, input }) => saveView(ctx.core, input));
