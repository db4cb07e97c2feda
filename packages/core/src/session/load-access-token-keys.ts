import { loadSigningKeys } from "../signing-keys.ts";
import type { AccessTokenKeys } from "./access-token.ts";

/**
 * Reads the keys of access tokens. To rotate: add the new key's public half to `verifyingKeys` everywhere, then sign with
 * it, then take the old public key away ten minutes later.
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
  const { issuer, audience, ...keys } = options;
  if (issuer === "" || audience === "")
    throw new Error("access tokens need an issuer and an audience");
  return { ...(await loadSigningKeys({ name: "access-token", ...keys })), issuer, audience };
}
