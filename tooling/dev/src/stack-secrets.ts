import { generateKeyPairSync, randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Everything secret in one local stack: random, made once per data folder. */
export interface StackSecrets {
  readonly ownerPassword: string;
  readonly appPassword: string;
  readonly readerPassword: string;
  /** `id:base64`: wraps the data keys that encrypt personal data. */
  readonly keyEncryptionKeys: string;
  /** 32 bytes, base64: for blind indexes. */
  readonly lookupKey: string;
  /** 32 bytes, base64: mixed into password hashes. */
  readonly passwordPepper: string;
  /** Ed25519 private key, PKCS #8 PEM: signs access tokens. */
  readonly tokenSigningKey: string;
  /** Ed25519 private key, PKCS #8 PEM: signs the certificates of closed days. */
  readonly dayCloseSigningKey: string;
  /** With which our own services call the operators' procedures. */
  readonly internalApiToken: string;
  /** Encrypts the cookies of the console. */
  readonly consoleSecret: string;
  /** The key with which the API calls the sandbox. */
  readonly revioApiKey: string;
}

function createSecrets(): StackSecrets {
  const password = (): string => randomBytes(24).toString("base64url");
  const key = (): string => randomBytes(32).toString("base64");
  const signingKey = (): string =>
    generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }) as string;
  return {
    ownerPassword: password(),
    appPassword: password(),
    readerPassword: password(),
    keyEncryptionKeys: `local-1:${key()}`,
    lookupKey: key(),
    passwordPepper: key(),
    tokenSigningKey: signingKey(),
    dayCloseSigningKey: signingKey(),
    internalApiToken: key(),
    consoleSecret: key(),
    revioApiKey: `test_${password()}`,
  };
}

/** Reads the secrets of a data folder, or makes them in a file that only we can read. */
export async function openSecrets(folder: string): Promise<StackSecrets> {
  const file = join(folder, "secrets.json");
  const kept = await readFile(file, "utf8").catch(() => "{}");
  // A folder of an older version may lack some.
  const secrets = { ...createSecrets(), ...(JSON.parse(kept) as Partial<StackSecrets>) };
  await writeFile(file, JSON.stringify(secrets, undefined, 2), { mode: 0o600 });
  return secrets;
}
