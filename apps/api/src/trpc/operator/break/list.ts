import { listBreaks } from "@revio-wallet/core/reconciliation/list-breaks";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { id, pageInput, pageOf } from "../../wire/input.ts";
import { breakOutput } from "../../wire/operator-outputs.ts";

/** What does not agree and waits for somebody, oldest first; or what was resolved. */
export const list = operatorProcedure("reconciliation.view")
  .input(
    z
      .strictObject({
        state: z.enum(["open", "resolved"]).default("open"),
        ownerId: id.optional(),
        transactionId: id.optional(),
        ...pageInput,
      })
      .prefault({}),
  )
  .output(pageOf(breakOutput))
  .query(({ ctx, input }) => listBreaks(ctx.core, input));
