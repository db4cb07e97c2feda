import { z } from "zod";

import type { CallOptions } from "./call.ts";
import { decodeWith, endpoint, type ResourceContext } from "./resource-context.ts";

/**
 * `GET /public_key/`: the company key as PEM, which signs `success_callback`s, not webhooks. The answer
 * is a JSON string; pass it to `loadWebhookKeys`, which normalises and checks it.
 */
async function getPublicKey(context: ResourceContext, options?: CallOptions): Promise<string> {
  return context.transport.send(
    {
      operation: "publicKey.get",
      method: "GET",
      pathTemplate: "/public_key/",
      url: endpoint(context, "public_key"),
      kind: "read",
      expects: "json",
      decode: (json) => decodeWith(z.string().min(1), json),
    },
    options,
  );
}

export function createPublicKey(context: ResourceContext) {
  return { get: (options?: CallOptions) => getPublicKey(context, options) };
}
