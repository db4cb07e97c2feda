import { z } from "zod";

import type { CallOptions } from "./call.ts";
import { clientInput, toWireClient } from "./client-details.ts";
import { BreachOfContract } from "./errors.ts";
import { amountInput, currencyCode, positiveAmountInput, toWireAmount } from "./money.ts";
import { decodePurchase, type Purchase } from "./purchase.ts";
import {
  assertOurs,
  assertSameId,
  decodeWith,
  endpoint,
  parseRequest,
  pathId,
  type ResourceContext,
} from "./resource-context.ts";
import { jsonObject, toUnixSeconds } from "./wire-values.ts";
import { type RefundPayment, refundPayment } from "./refund-payment.ts";

const redirectUrl = z.url({ protocol: /^https?$/ }).max(500);

const METADATA_LIMIT = 10_000;

const createPurchaseInput = z.strictObject({
  client: clientInput,
  currency: currencyCode,
  products: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(256),
        /** Unit price, minor units. */
        priceMinor: amountInput,
        /** Decimal string, up to four places; Revio's default is "1". */
        quantity: z
          .string()
          .regex(/^\d{1,9}(?:\.\d{1,4})?$/)
          .optional(),
        /** For the whole line, minor units. */
        discountMinor: amountInput.optional(),
      }),
    )
    .min(1),
  /** Ours. Revio neither enforces nor searches it: unique by our own database. */
  reference: z.string().min(1).max(128),
  /** Comes back unchanged: carries our operation id. */
  metadata: jsonObject
    .refine((value) => JSON.stringify(value).length <= METADATA_LIMIT, "is too long")
    .optional(),
  successRedirect: redirectUrl.optional(),
  failureRedirect: redirectUrl.optional(),
  cancelRedirect: redirectUrl.optional(),
  /** With `dueStrict` the end of payability; without it only a label. */
  due: z.date().optional(),
  dueStrict: z.boolean().optional(),
  /** True: the first failed attempt cancels the purchase. */
  singleAttempt: z.boolean().optional(),
  paymentMethodWhitelist: z.array(z.string().min(1)).min(1).optional(),
  sendReceipt: z.boolean().optional(),
  language: z.string().length(2).optional(),
  notes: z.string().max(10_000).optional(),
  creatorAgent: z.string().max(32).optional(),
});
export type CreatePurchaseInput = z.input<typeof createPurchaseInput>;

const refundInput = z.strictObject({
  /** Minor units; absent = all that is refundable. */
  amountMinor: positiveAmountInput.optional(),
  reference: z.string().min(1).max(128).optional(),
});
export type RefundInput = z.input<typeof refundInput>;

/** Direct refunds answer with the refund's payment, slow ones with the purchase in `pending_refund`. */
export type RefundAnswer =
  | { type: "payment"; payment: RefundPayment }
  | { type: "purchase"; purchase: Purchase };

function toWirePurchase(brandId: string, input: z.output<typeof createPurchaseInput>): string {
  return JSON.stringify({
    brand_id: brandId,
    client: toWireClient(input.client),
    purchase: {
      currency: input.currency,
      products: input.products.map((product) => ({
        name: product.name,
        price: toWireAmount(product.priceMinor),
        quantity: product.quantity,
        discount:
          product.discountMinor === undefined ? undefined : toWireAmount(product.discountMinor),
      })),
      metadata: input.metadata,
      due_strict: input.dueStrict,
      single_attempt: input.singleAttempt,
      language: input.language,
      notes: input.notes,
    },
    reference: input.reference,
    success_redirect: input.successRedirect,
    failure_redirect: input.failureRedirect,
    cancel_redirect: input.cancelRedirect,
    due: input.due === undefined ? undefined : toUnixSeconds(input.due),
    payment_method_whitelist: input.paymentMethodWhitelist,
    send_receipt: input.sendReceipt,
    creator_agent: input.creatorAgent,
  });
}

/** `POST /purchases/`. Not idempotent: Revio makes a new purchase each time. */
async function createPurchase(
  context: ResourceContext,
  input: CreatePurchaseInput,
  options?: CallOptions,
): Promise<Purchase> {
  const operation = "purchases.create";
  const request = parseRequest(operation, createPurchaseInput, input);
  return context.transport.send(
    {
      operation,
      method: "POST",
      pathTemplate: "/purchases/",
      url: endpoint(context, "purchases"),
      kind: "write",
      body: toWirePurchase(context.brandId, request),
      expects: "json",
      decode: (json) => {
        const purchase = decodePurchase(context, json);
        if (purchase.checkoutUrl !== null) return purchase;
        throw new BreachOfContract("foreign_url", "checkout_url is not on a trusted origin");
      },
    },
    options,
  );
}

/** `GET /purchases/{id}/`: the truth before money moves. */
async function getPurchase(
  context: ResourceContext,
  id: string,
  options?: CallOptions,
): Promise<Purchase> {
  const operation = "purchases.get";
  return context.transport.send(
    {
      operation,
      method: "GET",
      pathTemplate: "/purchases/{id}/",
      objectId: id,
      url: endpoint(context, "purchases", pathId(operation, id)),
      kind: "read",
      expects: "json",
      decode: (json) => {
        const purchase = decodePurchase(context, json);
        assertSameId(purchase, id);
        return purchase;
      },
    },
    options,
  );
}

/**
 * `POST /purchases/{id}/cancel/`. Only a returned `cancelled` guarantees that nobody can pay any more;
 * a payment in flight wins and gives `RevioRejected` with `purchase_cancel_wrong_status`.
 */
async function cancelPurchase(
  context: ResourceContext,
  id: string,
  options?: CallOptions,
): Promise<Purchase> {
  const operation = "purchases.cancel";
  return context.transport.send(
    {
      operation,
      method: "POST",
      pathTemplate: "/purchases/{id}/cancel/",
      objectId: id,
      url: endpoint(context, "purchases", pathId(operation, id), "cancel"),
      kind: "write",
      body: "{}",
      expects: "json",
      decode: (json) => {
        const purchase = decodePurchase(context, json);
        assertSameId(purchase, id);
        return purchase;
      },
    },
    options,
  );
}

function decodeRefund(context: ResourceContext, purchaseId: string, json: unknown): RefundAnswer {
  const { type } = decodeWith(z.object({ type: z.enum(["payment", "purchase"]) }), json);
  if (type === "purchase") {
    const purchase = decodePurchase(context, json);
    assertSameId(purchase, purchaseId);
    return { type, purchase };
  }
  const payment = decodeWith(refundPayment, json);
  assertOurs(context, payment);
  if (payment.relatedTo !== null) assertSameId(payment.relatedTo, purchaseId);
  return { type, payment };
}

/**
 * `POST /purchases/{id}/refund/`. Each accepted request is a new refund; Revio allows one per purchase
 * in 60 s (`purchase_refund_timeout`). A 200 is not success: look at the status inside.
 */
async function refundPurchase(
  context: ResourceContext,
  id: string,
  input: RefundInput = {},
  options?: CallOptions,
): Promise<RefundAnswer> {
  const operation = "purchases.refund";
  const request = parseRequest(operation, refundInput, input);
  const { amountMinor, reference } = request;
  return context.transport.send(
    {
      operation,
      method: "POST",
      pathTemplate: "/purchases/{id}/refund/",
      objectId: id,
      url: endpoint(context, "purchases", pathId(operation, id), "refund"),
      kind: "write",
      body: JSON.stringify({
        amount: amountMinor === undefined ? undefined : toWireAmount(amountMinor),
        reference,
      }),
      expects: "json",
      decode: (json) => decodeRefund(context, id, json),
    },
    options,
  );
}

/** Purchases: deposits and their refunds. Revio can neither list nor search them. */
export function createPurchases(context: ResourceContext) {
  return {
    create: (input: CreatePurchaseInput, options?: CallOptions) =>
      createPurchase(context, input, options),
    get: (id: string, options?: CallOptions) => getPurchase(context, id, options),
    cancel: (id: string, options?: CallOptions) => cancelPurchase(context, id, options),
    refund: (id: string, input?: RefundInput, options?: CallOptions) =>
      refundPurchase(context, id, input, options),
  };
}
