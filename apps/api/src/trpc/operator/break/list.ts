import { listBreaks } from "@revio-wallet/core/reconciliation/list-breaks";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import {
  ageBucket,
  breakClass,
  breakSeverity,
  listedBreakOutput,
} from "../../wire/break-outputs.ts";
import { id, pageInput, pageOf } from "../../wire/input.ts";

/** What does not agree and waits for somebody, oldest first; or what was resolved. */
export const list = operatorProcedure("reconciliation.view")
  .input(
    z
      .strictObject({
        state: z.enum(["open", "resolved"]).default("open"),
        class: breakClass.optional(),
        severity: breakSeverity.optional(),
        age: ageBucket.optional(),
        /** Null: nobody's. */
        ownerId: id.nullable().optional(),
        transactionId: id.optional(),
        runId: id.optional(),
        ...pageInput,
      })
      .prefault({}),
  )
  .output(pageOf(listedBreakOutput))
  .query(({ ctx, input }) => listBreaks(ctx.core, input));
