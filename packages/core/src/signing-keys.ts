import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { calculateJwkThumbprint } from "jose";

/** One Ed25519 key that signs, and all whose signatures count, by key id. */
export interface SigningKeys {
  signing: { kid: string; privateKey: KeyObject };
  verifying: ReadonlyMap<string, KeyObject>;
}

/**
 * Reads Ed25519 keys, each a PEM or a JWK as text. Key ids are the keys' own thumbprints (RFC 7638), so they cannot be
 * mixed up.
 *
 * @throws Error naming what is wrong, never the key
 */
export async function loadSigningKeys(options: {
  /** What they sign, for error messages. */
  name: string;
  signingKey: string;
  /** Public keys beside the signing key's own. */
  verifyingKeys?: string[];
}): Promise<SigningKeys> {
  const { name } = options;
  const privateKey = ed25519(readPrivateKey(options.signingKey, name), `the ${name} signing key`);
  const publicKey = createPublicKey(privateKey);
  const kid = await calculateJwkThumbprint(publicKey);
  const verifying = new Map<string, KeyObject>([[kid, publicKey]]);
  for (const [index, text] of (options.verifyingKeys ?? []).entries()) {
    const which = `${name} verifying key ${index + 1}`;
    const key = ed25519(readPublicKey(text, which), which);
    verifying.set(await calculateJwkThumbprint(key), key);
  }
  return { signing: { kid, privateKey }, verifying };
}

function ed25519(key: KeyObject, name: string): KeyObject {
  if (key.asymmetricKeyType !== "ed25519") throw new Error(`${name} must be an Ed25519 key`);
  return key;
}

function readPrivateKey(text: string, name: string): KeyObject {
  try {
    return text.trim().startsWith("{")
      ? createPrivateKey({ key: JSON.parse(text), format: "jwk" })
      : createPrivateKey(text);
  } catch {
    // Without the cause: it may quote the key.
    throw new Error(`the ${name} signing key must be an Ed25519 private key, as PEM or JWK`);
  }
}

function readPublicKey(text: string, name: string): KeyObject {
  if (text.includes("PRIVATE KEY") || /"d"\s*:/.test(text)) {
    throw new Error(`${name} is a private key; give the public one`);
  }
  try {
    return text.trim().startsWith("{")
      ? createPublicKey({ key: JSON.parse(text), format: "jwk" })
      : createPublicKey(text);
  } catch {
    throw new Error(`${name} must be an Ed25519 public key, as PEM or JWK`);
  }
}
