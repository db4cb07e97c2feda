import { runBulkAction } from "@revio-wallet/core/bulk-action/run-bulk-action";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { idempotencyKey } from "../../wire/input.ts";
import { bulkResultOutput, transactionNoteInput } from "../../wire/transaction-outputs.ts";
import { transactionIds } from "./bulk-input.ts";

/** Writes the same note about many transactions; says of each what became of it. */
export const bulkNote = operatorProcedure("transactions.note")
  .input(z.strictObject({ transactionIds, reason: transactionNoteInput, idempotencyKey }))
  .output(bulkResultOutput)
  .mutation(async ({ ctx, input }) => ({
    results: await runBulkAction(ctx.core, { ...input, action: "add_note" }),
  }));
