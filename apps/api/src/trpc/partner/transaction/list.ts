import { listTransactions } from "@revio-wallet/core/transaction/list-transactions";
import { z } from "zod";
import { userProcedure } from "../../init.ts";
import { amountMinor, pageInput, pageOf } from "../../wire/input.ts";
import { transactionKind, transactionOutput, transactionStatus } from "../../wire/outputs.ts";

/** The user's history, newest first. */
export const list = userProcedure("read-per-user")
  .input(
    z
      .strictObject({
        kinds: z.array(transactionKind).min(1).max(10).optional(),
        statuses: z.array(transactionStatus).min(1).max(30).optional(),
        /** Created at or after. */
        from: z.date().optional(),
        /** Created before. */
        to: z.date().optional(),
        minAmountMinor: amountMinor.optional(),
        maxAmountMinor: amountMinor.optional(),
        ...pageInput,
      })
      .prefault({}),
  )
  .output(pageOf(transactionOutput))
  .query(({ ctx, input }) => listTransactions(ctx.core, { userId: ctx.userId, ...input }));
