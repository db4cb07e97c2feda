import { requestSettingChange } from "@revio-wallet/core/setting/request-setting-change";
import { maxAmountMinor } from "@revio-wallet/core/money";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { approvalKind, changeOutput } from "../../wire/approval-outputs.ts";
import { currency, idempotencyKey, text } from "../../wire/input.ts";
import { operatorRole } from "../operator-session-schemas.ts";

const amount = z.bigint().nonnegative().max(maxAmountMinor);

/** Proposes another limit or threshold. It holds once another administrator has approved it. */
export const requestChange = operatorProcedure({ request: "setting_change" })
  .input(
    z.strictObject({
      change: z.discriminatedUnion("setting", [
        z.strictObject({
          setting: z.literal("limits"),
          kind: z.enum(["deposit", "withdrawal"]),
          currency,
          minAmountMinor: amount.optional(),
          maxAmountMinor: amount.optional(),
          maxPerDayMinor: amount.optional(),
          maxCountPerDay: z.bigint().positive().optional(),
          approvalAboveMinor: amount.nullable().optional(),
          feeMinor: amount.optional(),
        }),
        z.strictObject({
          setting: z.literal("approval_right"),
          kind: approvalKind,
          role: operatorRole,
          maxAmountMinor: amount.nullable(),
        }),
      ]),
      reason: text({ min: 3, max: 1_000 }),
      idempotencyKey,
    }),
  )
  .output(changeOutput)
  .mutation(({ ctx, input }) => requestSettingChange(ctx.core, input));
