import { createCipheriv, createDecipheriv, createHmac } from "node:crypto";

const version = 1;
const ivBytes = 12;
const tagBytes = 16;

/** Where a ciphertext belongs. It is authenticated, so a value moved to another row or column does not open. */
export interface FieldPlace {
  table: string;
  column: string;
  rowId: string;
}

/** AES-256-GCM: version byte, 96-bit random IV, tag, ciphertext. `key` is 32 bytes; `iv` comes from ctx.ids.bytes(12). */
export function encryptField(
  key: Buffer,
  iv: Buffer,
  place: FieldPlace,
  plain: Uint8Array,
): Buffer {
  const cipher = createCipheriv("aes-256-gcm", key, iv, { authTagLength: tagBytes });
  cipher.setAAD(associatedData(place));
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([Buffer.of(version), iv, cipher.getAuthTag(), body]);
}

/** @throws Error if the bytes were changed, moved, or encrypted under another key */
export function decryptField(key: Buffer, place: FieldPlace, stored: Uint8Array): Buffer {
  const bytes = Buffer.from(stored);
  if (bytes.length < 1 + ivBytes + tagBytes || bytes[0] !== version) {
    throw new Error("stored ciphertext has an unknown form");
  }
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(1, 1 + ivBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAAD(associatedData(place));
  decipher.setAuthTag(bytes.subarray(1 + ivBytes, 1 + ivBytes + tagBytes));
  return Buffer.concat([decipher.update(bytes.subarray(1 + ivBytes + tagBytes)), decipher.final()]);
}

/** Blind index: equal values in the same column give equal bytes; the value cannot be read from them without the key. */
export function lookupHash(lookupKey: Buffer, column: string, value: string): Buffer {
  return createHmac("sha256", lookupKey).update(`${column}\0${value}`).digest();
}

function associatedData({ table, column, rowId }: FieldPlace): Buffer {
  return Buffer.from(`${table}\0${column}\0${rowId}\0v${version}`);
}
