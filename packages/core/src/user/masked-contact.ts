import type { ListedUserRow } from "@revio-wallet/db/sql/user-lists";
import type { Context } from "../context.ts";
import { unwrapDataKey } from "../encryption/data-key.ts";
import { decryptField } from "../encryption/field-cipher.ts";

/** Enough to recognise somebody on the telephone, too little to find them. */
export interface MaskedContact {
  /** "t•••@e•••.com" */
  email: string;
  /** "T••• N•••" */
  fullName: string;
  /** "+27 ••• 67" */
  phone: string | null;
}

/** Contact data in the clear: for a use that is audited. */
export interface Contact {
  email: string;
  fullName: string;
  phone: string | null;
}

/**
 * Opens a user's contact data with the wrapped key of the row.
 *
 * @throws Error if the stored bytes were changed or moved, or their key-encryption key is not configured
 */
export function openContact(
  ctx: Pick<Context, "keyring" | "ids" | "clock">,
  row: ListedUserRow,
): Contact {
  const key = unwrapDataKey(ctx, row.keyEncryptionKeyId, row.dataKeyId, row.wrappedKey);
  const read = (column: string, stored: Buffer) =>
    decryptField(key, { table: "users", column, rowId: row.id }, stored).toString();
  return {
    email: read("email_ciphertext", row.emailCiphertext),
    fullName: read("full_name_ciphertext", row.fullNameCiphertext),
    phone: row.phoneCiphertext === null ? null : read("phone_ciphertext", row.phoneCiphertext),
  };
}

/** Null if it cannot be opened: one row that somebody changed must not hide the others. */
export function readMaskedContact(
  ctx: Pick<Context, "keyring" | "ids" | "clock" | "log">,
  row: ListedUserRow,
): MaskedContact | null {
  try {
    const { email, fullName, phone } = openContact(ctx, row);
    return {
      email: maskEmail(email),
      fullName: maskName(fullName),
      phone: phone === null ? null : maskPhone(phone),
    };
  } catch (error) {
    ctx.log.error({ userId: row.id, error }, "contact data cannot be opened");
    return null;
  }
}

const first = (text: string) => Array.from(text)[0] ?? "";

/** First letters, and what stands behind the last dot. */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf("@");
  const domain = email.slice(at + 1);
  const ending = domain.slice(domain.lastIndexOf("."));
  return `${first(email)}•••@${first(domain)}•••${ending}`;
}

/** The first letter of each part of a name. */
export function maskName(name: string): string {
  return name
    .split(" ")
    .map((part) => `${first(part)}•••`)
    .join(" ");
}

/** The first three and the last two characters of an international number. */
export function maskPhone(phone: string): string {
  return `${phone.slice(0, 3)} ••• ${phone.slice(-2)}`;
}
