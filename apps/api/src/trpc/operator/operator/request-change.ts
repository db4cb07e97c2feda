import { requestOperatorChange } from "@revio-wallet/core/operator/request-operator-change";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { changeOutput } from "../../wire/approval-outputs.ts";
import { id, idempotencyKey, text } from "../../wire/input.ts";
import { operatorRole } from "../operator-session-schemas.ts";

/** Proposes another role, a suspension or reactivation, or that two accounts are one person's. Another administrator decides. */
export const requestChange = operatorProcedure({ request: "operator_change" })
  .input(
    z.strictObject({
      operatorId: id,
      change: z.union([
        z.strictObject({ role: operatorRole }),
        z.strictObject({ status: z.enum(["active", "suspended"]) }),
        z.strictObject({ samePersonAs: id.nullable() }),
      ]),
      reason: text({ min: 3, max: 1_000 }),
      idempotencyKey,
    }),
  )
  .output(changeOutput)
  .mutation(({ ctx, input }) => requestOperatorChange(ctx.core, input));
