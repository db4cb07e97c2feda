import { addBreakNote } from "@revio-wallet/core/reconciliation/add-break-note";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { id, text } from "../../wire/input.ts";
import { breakNoteOutput } from "../../wire/operator-outputs.ts";

/** Keeps what was found out about a break. */
export const addNote = operatorProcedure("breaks.work")
  .input(z.strictObject({ breakId: id, note: text({ min: 1, max: 2_000 }) }))
  .output(breakNoteOutput)
  .mutation(({ ctx, input }) => addBreakNote(ctx.core, input));
