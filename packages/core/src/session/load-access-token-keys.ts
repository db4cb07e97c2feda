import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { calculateJwkThumbprint } from "jose";
import type { AccessTokenKeys } from "./access-token.ts";

/**
 * Reads Ed25519 keys, each a PEM or a JWK as text. Key ids are the keys' own thumbprints (RFC 7638), so they cannot be
 * mixed up. To rotate: add the new key's public half to `verifyingKeys` everywhere, then sign with it, then take the old
 * public key away ten minutes later.
 *
 * @throws Error naming what is wrong, never the key
 */
export async function loadAccessTokenKeys(options: {
  signingKey: string;
  /** Public keys beside the signing key's own. */
  verifyingKeys?: string[];
  issuer: string;
  audience: string;
}): Promise<AccessTokenKeys> {
  const { issuer, audience } = options;
  if (issuer === "" || audience === "")
    throw new Error("access tokens need an issuer and an audience");
  const privateKey = ed25519(readPrivateKey(options.signingKey), "the access-token signing key");
  const publicKey = createPublicKey(privateKey);
  const kid = await calculateJwkThumbprint(publicKey);
  const verifying = new Map<string, KeyObject>([[kid, publicKey]]);
  for (const [index, text] of (options.verifyingKeys ?? []).entries()) {
    const name = `access-token verifying key ${index + 1}`;
    const key = ed25519(readPublicKey(text, name), name);
    verifying.set(await calculateJwkThumbprint(key), key);
  }
  return { signing: { kid, privateKey }, verifying, issuer, audience };
}

function ed25519(key: KeyObject, name: string): KeyObject {
  if (key.asymmetricKeyType !== "ed25519") throw new Error(`${name} must be an Ed25519 key`);
  return key;
}

function readPrivateKey(text: string): KeyObject {
  try {
    return text.trim().startsWith("{")
      ? createPrivateKey({ key: JSON.parse(text), format: "jwk" })
      : createPrivateKey(text);
  } catch {
    // Without the cause: it may quote the key.
    throw new Error("the access-token signing key must be an Ed25519 private key, as PEM or JWK");
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
