import { z } from "zod";

import type { CallOptions } from "./call.ts";
import { clientDetails, clientInput, toWireClient } from "./client-details.ts";
import { RevioInvalidRequest } from "./errors.ts";
import { currencyCode, positiveAmountInput, toWireAmount } from "./money.ts";
import { paymentDetails, statusHistory, transactionData } from "./payment-details.ts";
import {
  assertOurs,
  assertSameId,
  decodeWith,
  endpoint,
  parseRequest,
  pathId,
  type ResourceContext,
} from "./resource-context.ts";
import { Secret, revealSecret } from "./secret.ts";
import type { KnownPayoutStatus } from "./vocabulary.ts";
import { type JsonObject, jsonObject, openWord, text, unixTime, uuid } from "./wire-values.ts";

const createPayoutInput = z.strictObject({
  amountMinor: positiveAmountInput,
  currency: currencyCode,
  description: z.string().max(256).optional(),
  client: clientInput,
  /** Ours; Revio does not enforce that it is unique. */
  reference: z.string().min(1).max(128),
  senderName: z.string().min(1).max(40).optional(),
  payoutMethodWhitelist: z.array(z.string().min(1)).min(1).optional(),
});
export type CreatePayoutInput = z.input<typeof createPayoutInput>;

const payoutShape = z
  .object({
    id: uuid,
    type: z.literal("payout"),
    status: openWord<KnownPayoutStatus>(),
    status_history: statusHistory,
    is_test: z.boolean(),
    brand_id: uuid,
    reference: text,
    payment: paymentDetails,
    transaction_data: transactionData,
    execution_url: z.string().nullish(),
    client: clientDetails,
    created_on: unixTime,
    updated_on: unixTime,
  })
  .transform((wire) => ({
    id: wire.id,
    type: wire.type,
    /** `error` is not final: the same payout can be executed again. */
    status: wire.status,
    /** Latest last. */
    statusHistory: wire.status_history,
    isTest: wire.is_test,
    brandId: wire.brand_id,
    reference: wire.reference,
    amountMinor: wire.payment.amountMinor,
    currency: wire.payment.currency,
    payment: wire.payment,
    paymentMethod: wire.transaction_data.paymentMethod,
    /** Newest first. */
    attempts: wire.transaction_data.attempts,
    /** Whoever holds it may be able to pay out: encrypt at rest, never log. */
    executionUrl: wire.execution_url ? new Secret(wire.execution_url) : null,
    client: wire.client,
    createdOn: wire.created_on,
    updatedOn: wire.updated_on,
  }));

/** A Revio payout: money out, in two steps. Times have a resolution of one second. */
export type Payout = z.output<typeof payoutShape>;

/** The execution was taken in. Not the result: that comes by webhook or `payouts.get`. */
export interface PayoutExecution {
  /** Differs by payout method and is undocumented; do not branch on it. Null when empty. */
  body: unknown;
}

function decodePayout(context: ResourceContext, json: unknown): Payout {
  const payout = decodeWith(payoutShape, json);
  assertOurs(context, payout);
  return payout;
}

/** `POST /payouts/`: makes a payout in `initialized`. Moves no money, so an orphan is harmless. */
async function createPayout(
  context: ResourceContext,
  input: CreatePayoutInput,
  options?: CallOptions,
): Promise<Payout> {
  const operation = "payouts.create";
  const request = parseRequest(operation, createPayoutInput, input);
  return context.transport.send(
    {
      operation,
      method: "POST",
      pathTemplate: "/payouts/",
      url: endpoint(context, "payouts"),
      kind: "write",
      body: JSON.stringify({
        brand_id: context.brandId,
        payment: {
          amount: toWireAmount(request.amountMinor),
          currency: request.currency,
          description: request.description,
        },
        client: toWireClient(request.client),
        reference: request.reference,
        sender_name: request.senderName,
        payout_method_whitelist: request.payoutMethodWhitelist,
      }),
      expects: "json",
      decode: (json) => decodePayout(context, json),
    },
    options,
  );
}

/** `GET /payouts/{id}/`: with webhooks, the only way to learn how an execution ended. */
async function getPayout(
  context: ResourceContext,
  id: string,
  options?: CallOptions,
): Promise<Payout> {
  const operation = "payouts.get";
  return context.transport.send(
    {
      operation,
      method: "GET",
      pathTemplate: "/payouts/{id}/",
      objectId: id,
      url: endpoint(context, "payouts", pathId(operation, id)),
      kind: "read",
      expects: "json",
      decode: (json) => {
        const payout = decodePayout(context, json);
        assertSameId(payout, id);
        return payout;
      },
    },
    options,
  );
}

/**
 * The URL came from a stored answer: whoever can plant one there must not be able to aim our key at
 * another host. The message does not quote it.
 */
function ownExecutionUrl(context: ResourceContext, operation: string, value: string): URL {
  const url = URL.parse(value);
  const isOwn =
    url !== null && url.origin === context.baseUrl.origin && !url.username && !url.password;
  if (isOwn) return url;
  throw new RevioInvalidRequest("execution_url is not on Revio's host; nothing was sent.", {
    operation,
  });
}

/** Every form in which an error text might quote the URL, or the token inside it. Ids may be shown. */
function secretParts(secret: string, url: URL): string[] {
  const pieces = [...url.pathname.split("/"), ...url.searchParams.values()];
  const tokens = pieces.filter((piece) => piece.length >= 16 && !uuid.safeParse(piece).success);
  return [secret, url.href, url.pathname + url.search, url.pathname, ...tokens];
}

/**
 * `POST <execution_url>`: **moves money, at most once per payout id, ever.** Revio does not document a
 * second call; assume that it pays twice. The caller commits "executing" first and afterwards trusts
 * only `payouts.get` and webhooks.
 *
 * Any 2xx that is JSON or empty is returned (taken in, not paid). Every other answer but 401/403 is
 * `RevioOutcomeUnknown`, a 4xx too: it may mean that the payout was executed before. Its `errors` say
 * why, e.g. that the payout balance is too low.
 */
async function executePayout(
  context: ResourceContext,
  executionUrl: Secret | string,
  body: JsonObject,
  options?: CallOptions,
): Promise<PayoutExecution> {
  const operation = "payouts.execute";
  const secret = revealSecret(executionUrl);
  const url = ownExecutionUrl(context, operation, secret);
  return context.transport.send(
    {
      operation,
      method: "POST",
      pathTemplate: "{execution_url}",
      url,
      kind: "execute",
      body: JSON.stringify(parseRequest(operation, jsonObject, body)),
      expects: "json_or_empty",
      decode: (json) => ({ body: json }),
      secrets: secretParts(secret, url),
    },
    options,
  );
}

/** Payouts: withdrawals. Revio can neither list, search, cancel nor reverse them. */
export function createPayouts(context: ResourceContext) {
  return {
    create: (input: CreatePayoutInput, options?: CallOptions) =>
      createPayout(context, input, options),
    execute: (executionUrl: Secret | string, body: JsonObject, options?: CallOptions) =>
      executePayout(context, executionUrl, body, options),
    get: (id: string, options?: CallOptions) => getPayout(context, id, options),
  };
}
