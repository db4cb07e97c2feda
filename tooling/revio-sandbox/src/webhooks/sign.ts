import { generateKeyPair, sign } from "node:crypto";
import { promisify } from "node:util";
import type { Mode, Sandbox } from "../sandbox.ts";

export interface KeyPair {
  privateKey: string;
  publicKey: string;
}

const generate = promisify(generateKeyPair);

/** RSA key pair in PEM; the public half is SubjectPublicKeyInfo. */
export async function createKeyPair(bits: 2048 | 3072): Promise<KeyPair> {
  return generate("rsa", {
    modulusLength: bits,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
}

/** `X-Signature`: base64 of RSASSA-PKCS1-v1_5 with SHA-256 over the exact bytes of the body. */
export function signBody(body: Buffer, privateKeyPem: string): string {
  return sign("RSA-SHA256", body, privateKeyPem).toString("base64");
}

const creating = new WeakMap<Sandbox, Map<string, Promise<KeyPair>>>();

/**
 * The company key of a mode, or the `foreign` key that belongs to nobody and signs forgeries.
 * Made on first use and kept for the life of the store.
 */
export async function companyKey(sandbox: Sandbox, owner: Mode | "foreign"): Promise<KeyPair> {
  const name = `company_key:${owner}`;
  const stored = sandbox.store.readValue<KeyPair>(name);
  if (stored) return stored;
  const open = creating.get(sandbox) ?? new Map<string, Promise<KeyPair>>();
  creating.set(sandbox, open);
  // Two requests at once must not create two keys: both wait for the first pair.
  const pending =
    open.get(name) ??
    createKeyPair(2048).then((pair) => {
      sandbox.store.writeValue(name, pair);
      return pair;
    });
  open.set(name, pending);
  return pending;
}
