import { getJournalEntry } from "@revio-wallet/core/bookkeeping/get-journal-entry";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { id } from "../../wire/input.ts";
import { journalEntryDetailsOutput } from "../../wire/ledger-outputs.ts";

/** One journal entry with its postings, its link in the hash chain, and what it rests on. */
export const entry = operatorProcedure("ledger.view")
  .input(z.strictObject({ journalEntryId: id }))
  .output(journalEntryDetailsOutput)
  .query(({ ctx, input }) => getJournalEntry(ctx.core, input));
