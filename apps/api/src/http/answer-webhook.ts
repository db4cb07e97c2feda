import { receiveProviderEvent } from "@revio-wallet/core/revio/receive-provider-event";
import { captureUnexpected } from "../sentry.ts";
import { toAppError } from "../trpc/errors.ts";
import type { Services } from "../context.ts";
import { afterRefusedBody, readJsonBytes } from "@revio-wallet/web-server/read-body";
import { requestIdOf } from "./request-id.ts";

/** Revio's payloads stay below 20 kB. */
const maxBodyBytes = 256 * 1024;
type WebhookServices = Pick<Services, "log" | "contextFor" | "webhookKeys">;
/** Headers that are kept beside a delivery. No signature, no cookies, nothing that authorizes. */
const keptHeaders = ["content-type", "content-length", "user-agent", "date", "x-forwarded-for"];

/**
 * Takes in one webhook of Revio. 2xx means: it is durable. A signature that does not fit gets one and the same 401 whatever
 * is wrong with it. While nothing can be stored the answer is 503, and Revio comes again.
 */
export async function answerWebhook(
  request: Request,
  services: WebhookServices,
): Promise<Response> {
  const startedAt = performance.now();
  const requestId = requestIdOf(request.headers);
  const { status, verdict, headers = {} } = await receive(request, requestId, services);
  const durationMs = Math.round(performance.now() - startedAt);
  services.log.info({ requestId, verdict, status, durationMs }, "webhook");
  return new Response(null, { status, headers: { ...headers, "x-request-id": requestId } });
}

async function receive(
  request: Request,
  requestId: string,
  services: WebhookServices,
): Promise<{ status: number; verdict: string; headers?: Record<string, string> }> {
  try {
    const read = await readJsonBytes(request, maxBodyBytes);
    if ("refused" in read) {
      const status = read.refused === "too_large" ? 413 : 415;
      return { status, verdict: read.refused, headers: afterRefusedBody };
    }
    const ctx = services.contextFor({ actor: { kind: "provider", id: "revio" }, requestId });
    const { verdict } = await receiveProviderEvent(ctx, {
      rawBody: read.bytes,
      signature: request.headers.get("x-signature") ?? undefined,
      headers: pickHeaders(request.headers),
      keys: services.webhookKeys,
    });
    return { status: verdict === "invalid_signature" ? 401 : 200, verdict };
  } catch (error) {
    services.log.error({ requestId, error }, "webhook could not be stored");
    if (toAppError(error).code !== "BUSY")
      captureUnexpected(error, { requestId, where: "webhook" });
    return { status: 503, verdict: "not_stored" };
  }
}

function pickHeaders(headers: Headers): Record<string, string> {
  return Object.fromEntries(
    keptHeaders.flatMap((name) => {
      const value = headers.get(name);
      // PostgreSQL's jsonb takes no NUL; Node lets none through either.
      return value === null ? [] : [[name, value.slice(0, 256)]];
    }),
  );
}
