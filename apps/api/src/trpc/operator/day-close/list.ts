import { listDayCloses } from "@revio-wallet/core/day-close/list-day-closes";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";

export const closedDayFields = {
  businessOn: z.string(),
  sha256: z.string(),
  keyId: z.string(),
  chainPosition: z.bigint(),
  closedAt: z.date(),
};

/** Closed days, the newest first; `before` the last one of a page for the next. */
export const list = operatorProcedure("reconciliation.view")
  .input(
    z.strictObject({
      before: z.iso.date().optional(),
      limit: z.number().int().min(1).max(400).default(31),
    }),
  )
  .output(z.array(z.object(closedDayFields)))
  .query(({ ctx, input }) => listDayCloses(ctx.core, input));
