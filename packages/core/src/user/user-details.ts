import type { Queryable } from "@revio-wallet/db/pool";
import type { UserRow, UserStatus } from "@revio-wallet/db/sql/users";
import type { Context } from "../context.ts";
import { type DataKey, readDataKey } from "../encryption/data-key.ts";
import { decryptField, encryptField } from "../encryption/field-cipher.ts";

/** A user, in the clear: for that user, or for a use that is audited. */
export interface UserDetails {
  id: string;
  status: UserStatus;
  email: string;
  fullName: string;
  phone: string | null;
  /** Money may not leave at present. */
  outgoingFrozen: boolean;
  createdAt: Date;
}

type UserColumn = "email_ciphertext" | "full_name_ciphertext" | "phone_ciphertext";

export function encryptUserField(
  ctx: Pick<Context, "ids">,
  key: DataKey,
  field: { userId: string; column: UserColumn; text: string },
): Buffer {
  const place = { table: "users", column: field.column, rowId: field.userId };
  return encryptField(key.bytes, ctx.ids.bytes(12), place, Buffer.from(field.text));
}

export async function readUserDetails(
  ctx: Pick<Context, "keyring" | "ids" | "clock">,
  db: Queryable,
  row: UserRow,
): Promise<UserDetails> {
  const key = await readDataKey(ctx, db, row.dataKeyId);
  const read = (column: UserColumn, stored: Buffer) =>
    decryptField(key.bytes, { table: "users", column, rowId: row.id }, stored).toString();
  return {
    id: row.id,
    status: row.status,
    email: read("email_ciphertext", row.emailCiphertext),
    fullName: read("full_name_ciphertext", row.fullNameCiphertext),
    phone: row.phoneCiphertext === null ? null : read("phone_ciphertext", row.phoneCiphertext),
    outgoingFrozen: row.outgoingFrozenAt !== null,
    createdAt: row.createdAt,
  };
}
