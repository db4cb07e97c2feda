import { runBulkAction } from "@revio-wallet/core/bulk-action/run-bulk-action";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { idempotencyKey, text } from "../../wire/input.ts";
import { bulkResultOutput } from "../../wire/transaction-outputs.ts";
import { transactionIds } from "./bulk-input.ts";

/** Takes back withdrawals that still wait; says of each what became of it. */
export const bulkCancel = operatorProcedure("withdrawals.cancel")
  .input(z.strictObject({ transactionIds, reason: text({ min: 3, max: 500 }), idempotencyKey }))
  .output(bulkResultOutput)
  .mutation(async ({ ctx, input }) => ({
    results: await runBulkAction(ctx.core, { ...input, action: "cancel_withdrawals" }),
  }));
