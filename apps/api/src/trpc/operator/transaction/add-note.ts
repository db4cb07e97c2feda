import { addTransactionNote } from "@revio-wallet/core/transaction/add-transaction-note";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { id, idempotencyKey } from "../../wire/input.ts";
import { transactionNoteInput, transactionNoteOutput } from "../../wire/transaction-outputs.ts";

/** Keeps what was found out about a transaction. */
export const addNote = operatorProcedure("transactions.note")
  .input(z.strictObject({ transactionId: id, note: transactionNoteInput, idempotencyKey }))
  .output(transactionNoteOutput)
  .mutation(({ ctx, input }) => addTransactionNote(ctx.core, input));
