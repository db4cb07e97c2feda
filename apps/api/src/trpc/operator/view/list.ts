import { listViews } from "@revio-wallet/core/saved-view/list-views";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { viewList, viewOutput } from "../../wire/view-outputs.ts";

/** The views of a list that the operator may choose from: their own, and shared ones. */
export const list = operatorProcedure("views.use")
  .input(z.strictObject({ list: viewList }))
  .output(
    z.object({
      views: z.array(viewOutput.extend({ ownerName: z.string().nullable(), isMine: z.boolean() })),
    }),
  )
  .query(async ({ ctx, input }) => ({ views: await listViews(ctx.core, input) }));
