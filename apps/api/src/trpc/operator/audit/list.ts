import { listAuditEvents } from "@revio-wallet/core/audit/list-audit-events";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { auditEventOutput } from "../../wire/audit-outputs.ts";
import { pageInput, pageOf, text } from "../../wire/input.ts";

/** The audit trail, newest first; the period is half open. */
export const list = operatorProcedure("audit.view")
  .input(
    z
      .strictObject({
        actor: z
          .strictObject({
            kind: auditEventOutput.shape.actorKind,
            id: text({ min: 1, max: 100 }).optional(),
          })
          .optional(),
        action: text({ min: 1, max: 100 }).optional(),
        subject: z
          .strictObject({ kind: text({ min: 1, max: 64 }), id: text({ min: 1, max: 200 }) })
          .optional(),
        from: z.date().optional(),
        to: z.date().optional(),
        ...pageInput,
      })
      .prefault({}),
  )
  .output(pageOf(auditEventOutput))
  .query(({ ctx, input }) => listAuditEvents(ctx.core, input));
