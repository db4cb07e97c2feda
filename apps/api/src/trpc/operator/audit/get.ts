import { getAuditEvent } from "@revio-wallet/core/audit/get-audit-event";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { inspectedAuditEventOutput } from "../../wire/audit-outputs.ts";

/** One audit event with before and after, and whether it still is what was written. */
export const get = operatorProcedure("audit.view")
  .input(z.strictObject({ sequence: z.bigint().positive().max(9_223_372_036_854_775_807n) }))
  .output(inspectedAuditEventOutput)
  .query(async ({ ctx, input }) => {
    const { link, ...event } = await getAuditEvent(ctx.core, input);
    return { ...event, link: link && { ...link, chainHash: link.chainHash.toString("hex") } };
  });
