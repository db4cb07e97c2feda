import { readTransactionTimeline } from "@revio-wallet/core/transaction/read-transaction-timeline";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { id } from "../../wire/input.ts";
import { timelineEntryOutput } from "../../wire/transaction-outputs.ts";

/** Everything that happened to a transaction in one list, oldest first. */
export const timeline = operatorProcedure("transactions.view")
  .input(z.strictObject({ transactionId: id }))
  .output(z.object({ entries: z.array(timelineEntryOutput) }))
  .query(async ({ ctx, input }) => ({ entries: await readTransactionTimeline(ctx.core, input) }));
