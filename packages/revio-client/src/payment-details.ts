import { z } from "zod";

import { amount, currencyCode, signedAmount } from "./money.ts";
import { openWord, text, unixTime, unixTimeOrNull } from "./wire-values.ts";

/**
 * Money that moved (`payment` inside purchases, payouts and refunds); amounts in minor units.
 * `netMinor = amountMinor - feeMinor`; the fee may stay 0 until settlement.
 */
export const paymentDetails = z
  .object({
    amount,
    currency: currencyCode,
    fee_amount: signedAmount,
    net_amount: signedAmount,
    is_outgoing: z.boolean(),
    payment_type: openWord<"purchase" | "purchase_charge" | "payout" | "refund" | "custom">(),
    description: text,
    paid_on: unixTimeOrNull,
    remote_paid_on: unixTimeOrNull,
  })
  .transform((wire) => ({
    amountMinor: wire.amount,
    currency: wire.currency,
    feeMinor: wire.fee_amount,
    netMinor: wire.net_amount,
    isOutgoing: wire.is_outgoing,
    paymentType: wire.payment_type,
    description: wire.description,
    /** Accepted by, or sent from, the gateway. */
    paidOn: wire.paid_on,
    /** Sent by the payer, or arrived at the payee. */
    remotePaidOn: wire.remote_paid_on,
  }));
export type PaymentDetails = z.output<typeof paymentDetails>;

/** One step of an object's life, latest last. The length orders snapshots of the same second. */
export const statusHistory = z.array(
  z
    .object({
      status: z.string().min(1).max(64),
      timestamp: unixTime,
      related_object: z.object({ type: z.string(), id: z.string() }).nullish(),
    })
    .transform((wire) => ({
      status: wire.status,
      timestamp: wire.timestamp,
      relatedObject: wire.related_object
        ? { type: wire.related_object.type, id: wire.related_object.id }
        : null,
    })),
);
export type StatusHistory = z.output<typeof statusHistory>;

const attempt = z
  .object({
    type: z.string().nullish(),
    successful: z.boolean().nullish(),
    error: z.object({ code: z.string().nullish(), message: z.string().nullish() }).nullish(),
    payment_method: text,
    processing_time: unixTimeOrNull,
  })
  .transform((wire) => ({
    /** "execute", "refund", …; null for payouts, whose attempts have no type. */
    type: wire.type ?? null,
    successful: wire.successful ?? false,
    /** See `isInDoubtAttemptError`: some codes do not mean that the money stayed. */
    errorCode: wire.error ? (wire.error.code ?? "unknown") : null,
    errorMessage: wire.error?.message ?? null,
    paymentMethod: wire.payment_method,
    processedAt: wire.processing_time,
  }));
export type Attempt = z.output<typeof attempt>;

/** `transaction_data`: attempts are newest first. */
export const transactionData = z
  .object({
    payment_method: text,
    attempts: z.array(attempt).nullish(),
  })
  .nullish()
  .transform((wire) => ({
    paymentMethod: wire?.payment_method ?? "",
    attempts: wire?.attempts ?? [],
  }));
