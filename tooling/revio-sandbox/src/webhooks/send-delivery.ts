import type { Mode, Sandbox } from "../sandbox.ts";
import { takeWebhookAttemptFault } from "../faults/webhook-faults.ts";
import { companyKey, signBody } from "./sign.ts";
import { webhookPrivateKey } from "./webhook-store.ts";

export interface SendableDelivery {
  mode: Mode;
  webhook_id: string | null;
  url: string;
  event: string;
  object_id: string;
  body: string;
}

export interface SendResult {
  /** null when no complete answer came back */
  httpStatus: number | null;
  errorMessage: string;
  fault: string | null;
}

export interface SendOptions {
  /** Ends the attempt early, when the sandbox stops. */
  signal?: AbortSignal;
  key: "own" | "wrong" | "none";
  corrupt: boolean;
}

/** One signed POST. Any 2xx acknowledges; a redirect is an answer like any other and is not followed. */
export async function postSigned(
  sandbox: Sandbox,
  delivery: SendableDelivery,
  options: SendOptions,
): Promise<Omit<SendResult, "fault">> {
  try {
    const timeout = AbortSignal.timeout(sandbox.settings.current().deliveryTimeoutMs);
    const { body, signature } = await signDelivery(sandbox, delivery, options);
    const headers: Record<string, string> = { "content-type": "application/json" };
    if (signature !== undefined) headers["x-signature"] = signature;
    const response = await fetch(delivery.url, {
      method: "POST",
      headers,
      body,
      redirect: "manual",
      signal: options.signal ? AbortSignal.any([timeout, options.signal]) : timeout,
    });
    await response.arrayBuffer();
    const acknowledged = response.status >= 200 && response.status < 300;
    return {
      httpStatus: response.status,
      errorMessage: acknowledged ? "" : `HTTP ${response.status}`,
    };
  } catch (error) {
    return { httpStatus: null, errorMessage: describe(error) };
  }
}

/** The bytes that go out, and X-Signature. */
export async function signDelivery(
  sandbox: Sandbox,
  delivery: SendableDelivery,
  options: Pick<SendOptions, "key" | "corrupt">,
): Promise<{ body: Buffer<ArrayBuffer>; signature: string | undefined }> {
  const signed = Buffer.from(delivery.body, "utf8");
  const privateKey = await keyFor(sandbox, delivery, options.key);
  return {
    body: options.corrupt ? corrupted(signed) : signed,
    signature: privateKey === undefined ? undefined : signBody(signed, privateKey),
  };
}

/** One attempt of a queued delivery, with the faults that wait for it. */
export async function attemptDelivery(
  sandbox: Sandbox,
  delivery: SendableDelivery,
  signal: AbortSignal,
): Promise<SendResult> {
  const fault = takeWebhookAttemptFault(sandbox, {
    event: delivery.event,
    webhookId: delivery.webhook_id ?? "success_callback",
    objectId: delivery.object_id,
  });
  const result = await postSigned(sandbox, delivery, {
    key: fault?.kind === "wrong_key" ? "wrong" : "own",
    corrupt: fault?.kind === "corrupt_body",
    signal,
  });
  return { ...result, fault: fault?.kind ?? null };
}

async function keyFor(
  sandbox: Sandbox,
  delivery: SendableDelivery,
  key: SendOptions["key"],
): Promise<string | undefined> {
  if (key === "none") return undefined;
  if (key === "wrong") return (await companyKey(sandbox, "foreign")).privateKey;
  if (delivery.webhook_id === null) return (await companyKey(sandbox, delivery.mode)).privateKey;
  return webhookPrivateKey(sandbox, delivery.webhook_id);
}

/** Still valid JSON of the same length: only the signature can tell. */
function corrupted(body: Buffer): Buffer<ArrayBuffer> {
  const text = body.toString("utf8");
  // The last digit of a number: with any digit there, it is still a number.
  const position = text.search(/(?<=[1-9]\d*)\d(?=[,}])/);
  const copy = Buffer.from(body);
  if (position === -1) copy[0] = 0x5b;
  else copy[Buffer.byteLength(text.slice(0, position))] = text[position] === "9" ? 0x38 : 0x39;
  return copy;
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return "connection failed";
  if (error.name === "TimeoutError") return "Connection timeout";
  const cause = error.cause;
  return cause instanceof Error ? cause.message || cause.name : error.message;
}
