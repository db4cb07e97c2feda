import { z } from "zod";

import type { CallOptions } from "./call.ts";
import { currencyCode } from "./money.ts";
import { decodeWith, endpoint, parseRequest, type ResourceContext } from "./resource-context.ts";

const listInput = z.strictObject({
  currency: currencyCode,
  language: z.string().length(2).optional(),
});
export type ListPayoutMethodsInput = z.input<typeof listInput>;

const payoutMethods = z
  .object({
    available_payout_methods: z.array(z.string()),
    names: z.record(z.string(), z.unknown()).nullish(),
  })
  .transform((wire) =>
    wire.available_payout_methods.map((method) => {
      const name = wire.names?.[method];
      return { method, name: typeof name === "string" ? name : method };
    }),
  );
export type PayoutMethod = z.output<typeof payoutMethods>[number];

/** `GET /payout_methods/`: which ways out this account has, read at run time, never assumed. */
async function listPayoutMethods(
  context: ResourceContext,
  input: ListPayoutMethodsInput,
  options?: CallOptions,
): Promise<PayoutMethod[]> {
  const operation = "payoutMethods.list";
  const request = parseRequest(operation, listInput, input);
  const url = endpoint(context, "payout_methods");
  url.searchParams.set("brand_id", context.brandId);
  url.searchParams.set("currency", request.currency);
  if (request.language !== undefined) url.searchParams.set("language", request.language);
  return context.transport.send(
    {
      operation,
      method: "GET",
      pathTemplate: "/payout_methods/",
      url,
      kind: "read",
      expects: "json",
      decode: (json) => decodeWith(payoutMethods, json),
    },
    options,
  );
}

export function createPayoutMethods(context: ResourceContext) {
  return {
    list: (input: ListPayoutMethodsInput, options?: CallOptions) =>
      listPayoutMethods(context, input, options),
  };
}
