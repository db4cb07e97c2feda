import { type KeyObject, constants, createHash, createPublicKey, verify } from "node:crypto";

import { z } from "zod";

import { parseExactJson } from "./json.ts";
import type { KnownWebhookEventType } from "./vocabulary.ts";
import { openWord, unixTime, uuid } from "./wire-values.ts";

const MIN_BITS = 2048;
/** Above this a forged flood costs us too much per verification. */
const MAX_BITS = 8192;
const EXPONENT = 65_537n;
const SPKI_PEM = /^-----BEGIN PUBLIC KEY-----\n([A-Za-z0-9+/=\n]+)\n-----END PUBLIC KEY-----$/;

/** A checked public key. `keyId` is the SHA-256 of its SPKI DER, in hex: the same in every process. */
export interface WebhookKey {
  readonly keyId: string;
  /** What the caller named it, e.g. the webhook's id at Revio. */
  readonly label: string | null;
  readonly bits: number;
  readonly publicKey: KeyObject;
}

export type WebhookKeyErrorCode =
  | "not_pem"
  | "private_key"
  | "certificate"
  | "pkcs1"
  | "not_rsa"
  | "too_small"
  | "too_large"
  | "bad_exponent";

/** A key that must not be used for verification. The message never quotes the key. */
export class WebhookKeyError extends Error {
  override readonly name = "WebhookKeyError";
  readonly code: WebhookKeyErrorCode;

  constructor(code: WebhookKeyErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Keys travel as PEM, as a JSON string of PEM, and with literal `\n` from environment variables. */
function normalisePem(input: string): string {
  let pem = input.trim();
  if (pem.startsWith('"') && pem.endsWith('"') && pem.length > 1) pem = pem.slice(1, -1);
  return pem.replaceAll("\\r", "").replaceAll("\\n", "\n").replaceAll("\r", "").trim();
}

function refuseOtherPem(pem: string, at: string): void {
  if (/PRIVATE KEY-----/.test(pem)) {
    throw new WebhookKeyError(
      "private_key",
      `${at} is a private key. Give the public key, and treat the private one as leaked.`,
    );
  }
  if (/BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----/.test(pem)) {
    throw new WebhookKeyError("certificate", `${at} is a certificate. Give its public key.`);
  }
  if (/BEGIN RSA PUBLIC KEY-----/.test(pem)) {
    throw new WebhookKeyError(
      "pkcs1",
      `${at} is in PKCS#1 form. Give the "BEGIN PUBLIC KEY" form that Revio sends.`,
    );
  }
}

function readPublicKey(pem: string, at: string): { publicKey: KeyObject; der: Buffer } {
  const notPem = () =>
    new WebhookKeyError("not_pem", `${at} is not one PEM block "BEGIN PUBLIC KEY".`);
  const base64 = SPKI_PEM.exec(pem)?.[1];
  if (base64 === undefined) throw notPem();
  const der = Buffer.from(base64, "base64");
  try {
    const publicKey = createPublicKey({ key: der, format: "der", type: "spki" });
    const canonical = publicKey.export({ format: "der", type: "spki" });
    if (!canonical.equals(der)) throw notPem();
    return { publicKey, der };
  } catch {
    throw notPem();
  }
}

function loadWebhookKey(input: string | { id: string; pem: string }, index: number): WebhookKey {
  const at = `Webhook key ${index + 1}`;
  const pem = normalisePem(typeof input === "string" ? input : input.pem);
  refuseOtherPem(pem, at);
  const { publicKey, der } = readPublicKey(pem, at);
  // crypto.verify takes whatever key it is handed (EC, 512 bits), so the check is here, at loading.
  if (publicKey.asymmetricKeyType !== "rsa") {
    throw new WebhookKeyError("not_rsa", `${at} is not an RSA key.`);
  }
  const { modulusLength: bits = 0, publicExponent } = publicKey.asymmetricKeyDetails ?? {};
  if (bits < MIN_BITS) {
    throw new WebhookKeyError(
      "too_small",
      `${at} has ${bits} bits; at least ${MIN_BITS} are needed.`,
    );
  }
  if (bits > MAX_BITS) {
    throw new WebhookKeyError(
      "too_large",
      `${at} has ${bits} bits; at most ${MAX_BITS} are allowed.`,
    );
  }
  if (publicExponent !== EXPONENT) {
    throw new WebhookKeyError("bad_exponent", `${at} has an exponent other than 65537.`);
  }
  const keyId = createHash("sha256").update(der).digest("hex");
  return { keyId, label: typeof input === "string" ? null : input.id, bits, publicKey };
}

/**
 * Loads the public keys that may sign webhooks; several at once carry a rotation. The same key given
 * twice counts once.
 * @throws WebhookKeyError for all but RSA SPKI public keys of 2048 to 8192 bits with exponent 65537
 */
export function loadWebhookKeys(
  pems: readonly (string | { id: string; pem: string })[],
): WebhookKey[] {
  const keys = new Map<string, WebhookKey>();
  for (const [index, pem] of pems.entries()) {
    const key = loadWebhookKey(pem, index);
    if (!keys.has(key.keyId)) keys.set(key.keyId, key);
  }
  return [...keys.values()];
}

export type WebhookVerdict =
  | { valid: true; keyId: string }
  | {
      valid: false;
      reason: "missing_signature" | "malformed_signature" | "no_keys" | "no_match" | "bad_input";
    };

/** Strict base64: Buffer.from alone would skip spaces and junk. */
function decodeSignature(signature: string): Buffer | null {
  if (signature.length > (MAX_BITS / 8) * 2 || !/^[A-Za-z0-9+/]+={0,2}$/.test(signature))
    return null;
  const bytes = Buffer.from(signature, "base64");
  return bytes.toString("base64") === signature ? bytes : null;
}

function isSignedBy(key: WebhookKey, rawBody: Uint8Array, signature: Buffer): boolean {
  const padding = constants.RSA_PKCS1_PADDING;
  return verify("RSA-SHA256", rawBody, { key: key.publicKey, padding }, signature);
}

/**
 * Verifies `X-Signature`: base64 of RSASSA-PKCS1-v1_5 with SHA-256 over the **raw** body. The bytes must
 * be the received ones: Revio's JSON is not what `JSON.stringify` prints. Pure, and never throws.
 */
export function verifyWebhook(
  rawBody: Uint8Array,
  signature: string | null | undefined,
  keys: readonly WebhookKey[],
): WebhookVerdict {
  try {
    if (signature === null || signature === undefined || signature === "") {
      return { valid: false, reason: "missing_signature" };
    }
    const bytes = decodeSignature(signature);
    if (bytes === null) return { valid: false, reason: "malformed_signature" };
    if (keys.length === 0) return { valid: false, reason: "no_keys" };
    const signer = keys.find((key) => isSignedBy(key, rawBody, bytes));
    return signer ? { valid: true, keyId: signer.keyId } : { valid: false, reason: "no_match" };
  } catch {
    return { valid: false, reason: "bad_input" };
  }
}

// PostgreSQL text cannot hold NUL, and a forged or odd value must not break the inbox.
const shortText = z
  .string()
  .max(256)
  .refine((value) => !value.includes("\0"), "must not contain NUL");
const optionalText = shortText.nullable().catch(null);

const eventShape = z
  .object({
    event_type: shortText.pipe(openWord<KnownWebhookEventType>()),
    id: uuid,
    type: optionalText,
    status: optionalText,
    is_test: z.boolean().nullable().catch(null),
    brand_id: optionalText,
    reference: optionalText,
    updated_on: unixTime.nullable().catch(null),
    status_history: z.array(z.unknown()).nullable().catch(null),
    related_to: z
      .object({ id: shortText, type: shortText, reference: optionalText })
      .nullable()
      .catch(null),
  })
  .transform((wire) => ({
    eventType: wire.event_type,
    /** "purchase", "payment", "payout", … */
    objectType: wire.type,
    objectId: wire.id,
    status: wire.status,
    /** Null when Revio did not say: refuse it as the wrong mode. */
    isTest: wire.is_test,
    brandId: wire.brand_id,
    reference: wire.reference,
    updatedOn: wire.updated_on,
    /** Orders snapshots within one second; null for payments, which have no history. */
    statusHistoryLength: wire.status_history?.length ?? null,
    relatedTo: wire.related_to,
  }));

/** What a webhook announces. A hint, without amounts: the object is read back before money moves. */
export type WebhookEvent = z.output<typeof eventShape>;

/** An already parsed payload, or null when it names no event and object. */
export function toWebhookEvent(payload: unknown): WebhookEvent | null {
  return eventShape.safeParse(payload).data ?? null;
}

/**
 * Reads a verified webhook body. Null when it is not JSON or lacks `event_type` or a UUID `id`: store
 * and park it, and still answer 2xx, or Revio holds back all later events of that object.
 */
export function parseWebhookEvent(rawBody: Uint8Array): WebhookEvent | null {
  try {
    return toWebhookEvent(
      parseExactJson(new TextDecoder("utf-8", { fatal: true }).decode(rawBody)),
    );
  } catch {
    return null;
  }
}
