import { listAllTransactions } from "@revio-wallet/core/transaction/list-all-transactions";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { pageInput, pageOf } from "../../wire/input.ts";
import {
  listedTransactionOutput,
  transactionsFilterInput,
} from "../../wire/transaction-outputs.ts";

/** All users' transactions, by time of creation. */
export const list = operatorProcedure("transactions.view")
  .input(
    z
      .strictObject({
        ...transactionsFilterInput,
        order: z.enum(["newest_first", "oldest_first"]).default("newest_first"),
        ...pageInput,
      })
      .prefault({}),
  )
  .output(pageOf(listedTransactionOutput))
  .query(({ ctx, input }) => listAllTransactions(ctx.core, input));
