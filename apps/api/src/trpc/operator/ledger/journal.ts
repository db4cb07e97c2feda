import { listJournalEntries } from "@revio-wallet/core/bookkeeping/list-journal-entries";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { accountCode, id, pageInput, pageOf, periodInput } from "../../wire/input.ts";
import { journalEntryOutput } from "../../wire/ledger-outputs.ts";

/** Journal entries with their postings, the newest first: all, or those of an event, an account or a transaction. */
export const journal = operatorProcedure("ledger.view")
  .input(
    z
      .strictObject({
        event: z
          .string()
          .max(64)
          .regex(/^[a-z_]+\.[a-z_]+$/, { error: "Send an event like deposit.completed." })
          .optional(),
        accountCode: accountCode.optional(),
        transactionId: id.optional(),
        ...periodInput,
        ...pageInput,
      })
      .prefault({}),
  )
  .output(pageOf(journalEntryOutput))
  .query(({ ctx, input }) => listJournalEntries(ctx.core, input));
