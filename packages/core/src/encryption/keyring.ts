/** Key-encryption keys by id; the first wraps new data keys, the others still unwrap older ones until rotation is done. */
export interface Keyring {
  currentKeyId: string;
  keyEncryptionKeys: ReadonlyMap<string, Buffer>;
  /** For blind indexes (HMAC-SHA-256 look-ups of e-mail addresses and account numbers); never rotated in place. */
  lookupKey: Buffer;
  /** Mixed into password hashes, so that a copy of the database alone cannot be attacked. */
  passwordPepper: Buffer;
}

/**
 * Reads `id:base64,id:base64` (32 bytes each, current first).
 *
 * @throws Error naming what is wrong, never the key
 */
export function parseKeyring(options: {
  keyEncryptionKeys: string;
  lookupKey: string;
  passwordPepper: string;
}): Keyring {
  const keys = new Map<string, Buffer>();
  for (const part of options.keyEncryptionKeys.split(",")) {
    const [id, encoded, ...rest] = part.trim().split(":");
    if (
      id === undefined ||
      !/^[a-z0-9-]{1,32}$/.test(id) ||
      encoded === undefined ||
      rest.length > 0
    ) {
      throw new Error("key-encryption keys are written id:base64, separated by commas");
    }
    if (keys.has(id)) throw new Error(`key-encryption key ${id} is given twice`);
    keys.set(id, key32(encoded, `key-encryption key ${id}`));
  }
  const [currentKeyId] = keys.keys();
  if (currentKeyId === undefined) throw new Error("at least one key-encryption key is needed");
  return {
    currentKeyId,
    keyEncryptionKeys: keys,
    lookupKey: key32(options.lookupKey, "the lookup key"),
    passwordPepper: key32(options.passwordPepper, "the password pepper"),
  };
}

function key32(base64: string, name: string): Buffer {
  const key = Buffer.from(base64, "base64");
  if (key.length !== 32) throw new Error(`${name} must be 32 bytes in base64`);
  return key;
}
