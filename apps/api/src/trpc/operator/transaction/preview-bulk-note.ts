import { previewBulkAction } from "@revio-wallet/core/bulk-action/preview-bulk-action";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { bulkPreviewOutput } from "../../wire/transaction-outputs.ts";
import { bulkSelection } from "./bulk-input.ts";

/** What `transaction.bulkNote` would do, with count and value; nothing is done. */
export const previewBulkNote = operatorProcedure("transactions.view")
  .input(z.strictObject({ selection: bulkSelection }))
  .output(bulkPreviewOutput)
  .query(({ ctx, input }) => previewBulkAction(ctx.core, { ...input, action: "add_note" }));
