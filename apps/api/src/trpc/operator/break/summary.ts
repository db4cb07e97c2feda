import { summarizeBreaks } from "@revio-wallet/core/reconciliation/list-breaks";
import { operatorProcedure } from "../../init.ts";
import { breakSummaryOutput } from "../../wire/break-outputs.ts";
import { noInput } from "../../wire/input.ts";

/** Open breaks by class, severity and age, and what is at stake. Each number is what the list shows with these filters. */
export const summary = operatorProcedure("reconciliation.view")
  .input(noInput)
  .output(breakSummaryOutput)
  .query(({ ctx }) => summarizeBreaks(ctx.core));
