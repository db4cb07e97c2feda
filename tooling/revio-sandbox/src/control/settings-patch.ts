import { z } from "zod";
import { payoutScenarios } from "../payout/payout-scenario.ts";
import type { Settings } from "../settings.ts";

const pendingOrFail = z.enum(["immediate", "pending", "fail"]);
const wholeNumber = z.number().int().min(0);

const fields = {
  refundsEnabled: z.boolean(),
  executeMode: z.enum(["immediate", "pending"]),
  captureMode: pendingOrFail,
  releaseMode: pendingOrFail,
  chargeMode: pendingOrFail,
  refundMode: pendingOrFail,
  refundGuardSeconds: wholeNumber,
  statusAfterReversal: z.enum(["before", "paid"]),
  feeBasisPoints: wholeNumber.max(10_000),
  feeFixedMinor: wholeNumber,
  payoutFeeMinor: wholeNumber,
  payoutDelaySeconds: z.number().min(0),
  payoutScenario: z.enum(payoutScenarios),
  doubleExecute: z.enum(["reject", "ignore", "pay_twice"]),
  executeRequiresBearer: z.boolean(),
  separatePayoutBalance: z.boolean(),
  escapeNonAscii: z.boolean(),
  deliverWebhooks: z.boolean(),
  deliveryTimeoutMs: wholeNumber.min(1),
  webhookKeyBits: z.union([z.literal(0), z.literal(2048), z.literal(3072)]),
  afterLastAttempt: z.enum(["advance", "block"]),
  statementDelaySeconds: z.number().min(0),
  statementPayoutLines: z.boolean(),
  statementTotals: z.boolean(),
  balanceSkewMinor: z.number().int(),
  defaultDueSeconds: wholeNumber,
  slowCardSeconds: z.number().min(0),
} satisfies Record<keyof Settings, z.ZodType>;

/** `POST /sandbox/settings`: any subset; a name that does not exist is refused. */
export const settingsPatch = z
  .strictObject(fields)
  .partial()
  .transform((patch) => patch as Partial<Settings>);
