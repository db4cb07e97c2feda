import { z } from "zod";
import { approvedChangeOutput } from "./approval-outputs.ts";
import { approvalRightOutput } from "./operator-account-outputs.ts";

const history = {
  /** "limits:withdrawal:ZAR" */
  target: z.string(),
  openApprovalId: z.string().nullable(),
  changes: z.array(approvedChangeOutput),
};

/** Limits and thresholds as they hold now; minor units. */
export const settingsOutput = z.object({
  limits: z.array(
    z.object({
      kind: z.enum(["deposit", "withdrawal"]),
      currency: z.string(),
      minAmountMinor: z.bigint(),
      maxAmountMinor: z.bigint(),
      maxPerDayMinor: z.bigint(),
      maxCountPerDay: z.number(),
      /** Null: none waits for an operator. */
      approvalAboveMinor: z.bigint().nullable(),
      feeMinor: z.bigint(),
      ...history,
    }),
  ),
  approvalRights: z.array(approvalRightOutput.extend(history)),
});
