import { z } from "zod";
import { currency } from "../../wire/input.ts";

/** A proposed correction, and what became of it. */
export const adjustmentOutput = z.object({
  approvalId: z.string(),
  state: z.enum(["requested", "approved", "rejected", "withdrawn", "expired"]),
  breakId: z.string().nullable(),
  debitAccount: z.string(),
  creditAccount: z.string(),
  amountMinor: z.bigint().positive(),
  currency,
  transactionId: z.string().nullable(),
  suspensePurchaseId: z.string().nullable(),
  requestedBy: z.string(),
  requestReason: z.string(),
  expiresAt: z.date(),
  decidedBy: z.string().nullable(),
});
