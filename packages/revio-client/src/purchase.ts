import { z } from "zod";

import { clientDetails } from "./client-details.ts";
import { amount, currencyCode } from "./money.ts";
import { paymentDetails, statusHistory, transactionData } from "./payment-details.ts";
import { assertOurs, decodeWith, type ResourceContext } from "./resource-context.ts";
import type { KnownPurchaseStatus, KnownRefundAvailability } from "./vocabulary.ts";
import { openWord, text, unixTime, unixTimeOrNull, uuid } from "./wire-values.ts";

const purchaseShape = z
  .object({
    id: uuid,
    type: z.literal("purchase"),
    status: openWord<KnownPurchaseStatus>(),
    status_history: statusHistory,
    is_test: z.boolean(),
    brand_id: uuid,
    reference: text,
    purchase: z.object({
      total: amount,
      currency: currencyCode,
      metadata: z.record(z.string(), z.unknown()).nullish(),
    }),
    payment: paymentDetails.nullish(),
    refundable_amount: amount,
    refund_availability: openWord<KnownRefundAvailability>(),
    marked_as_paid: z.boolean(),
    transaction_data: transactionData,
    checkout_url: text,
    client: clientDetails,
    due: unixTimeOrNull,
    viewed_on: unixTimeOrNull,
    created_on: unixTime,
    updated_on: unixTime,
  })
  .transform((wire) => ({
    id: wire.id,
    type: wire.type,
    status: wire.status,
    /** Latest last. */
    statusHistory: wire.status_history,
    isTest: wire.is_test,
    brandId: wire.brand_id,
    reference: wire.reference,
    metadata: wire.purchase.metadata ?? {},
    /** `purchase.total`: what is to be paid, in minor units of `currency`. */
    amountMinor: wire.purchase.total,
    currency: wire.purchase.currency,
    /** What was paid; null while unpaid. */
    payment: wire.payment ?? null,
    /** 0 while unpaid and after full refunds. The status word says `refunded` for partial ones too. */
    refundableAmountMinor: wire.refundable_amount,
    refundAvailability: wire.refund_availability,
    /** Marked by hand in Revio's dashboard: `paid`, yet no money moved. */
    markedAsPaid: wire.marked_as_paid,
    paymentMethod: wire.transaction_data.paymentMethod,
    /** Newest first. */
    attempts: wire.transaction_data.attempts,
    /** Null when absent or not on a trusted origin; never send a customer elsewhere. */
    checkoutUrl: wire.checkout_url === "" ? null : wire.checkout_url,
    client: wire.client,
    due: wire.due,
    viewedOn: wire.viewed_on,
    createdOn: wire.created_on,
    updatedOn: wire.updated_on,
  }));

/** A Revio purchase: money in. Times have a resolution of one second. */
export type Purchase = z.output<typeof purchaseShape>;

function isTrustedCheckout(context: ResourceContext, url: string): boolean {
  const parsed = URL.parse(url);
  return parsed !== null && !parsed.username && context.checkoutOrigins.has(parsed.origin);
}

/** @throws BreachOfContract for a wrong shape, mode or brand */
export function decodePurchase(context: ResourceContext, json: unknown): Purchase {
  const purchase = decodeWith(purchaseShape, json);
  assertOurs(context, purchase);
  const { checkoutUrl } = purchase;
  const isShown = checkoutUrl === null || isTrustedCheckout(context, checkoutUrl);
  if (isShown) return purchase;
  context.log?.warn(
    { purchaseId: purchase.id },
    "Revio's checkout_url is not on a trusted origin.",
  );
  return { ...purchase, checkoutUrl: null };
}
