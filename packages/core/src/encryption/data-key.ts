import { findDataKey, insertDataKey } from "@revio-wallet/db/sql/data-keys";
import type { Queryable } from "@revio-wallet/db/pool";
import type { Context } from "../context.ts";
import { invariant } from "../errors.ts";
import { decryptField, encryptField } from "./field-cipher.ts";

type KeyContext = Pick<Context, "keyring" | "ids" | "clock">;

/** A data key in the clear. It lives in memory for one request and is never logged. */
export interface DataKey {
  id: string;
  bytes: Buffer;
}

/** Makes and stores a new data key, wrapped by the current key-encryption key. */
export async function createDataKey(
  ctx: KeyContext,
  tx: Queryable,
  purpose: "user" | "provider" | "operator",
): Promise<DataKey> {
  const now = ctx.clock.now();
  const id = ctx.ids.uuid(now);
  const bytes = ctx.ids.bytes(32);
  await insertDataKey(tx, {
    id,
    purpose,
    wrappedKey: wrapDataKey(ctx, ctx.keyring.currentKeyId, { id, bytes }),
    keyEncryptionKeyId: ctx.keyring.currentKeyId,
    createdAt: now,
  });
  return { id, bytes };
}

/** @throws Error if its key-encryption key is not in the keyring any more */
export async function readDataKey(ctx: KeyContext, db: Queryable, id: string): Promise<DataKey> {
  const row = await findDataKey(db, id);
  invariant(row !== undefined, `data key ${id} is missing`);
  return { id, bytes: unwrapDataKey(ctx, row.keyEncryptionKeyId, id, row.wrappedKey) };
}

export function wrapDataKey(ctx: KeyContext, keyEncryptionKeyId: string, dataKey: DataKey): Buffer {
  return encryptField(
    keyEncryptionKey(ctx, keyEncryptionKeyId),
    ctx.ids.bytes(12),
    place(dataKey.id),
    dataKey.bytes,
  );
}

export function unwrapDataKey(
  ctx: KeyContext,
  keyEncryptionKeyId: string,
  id: string,
  wrapped: Uint8Array,
): Buffer {
  return decryptField(keyEncryptionKey(ctx, keyEncryptionKeyId), place(id), wrapped);
}

function keyEncryptionKey(ctx: KeyContext, id: string): Buffer {
  const key = ctx.keyring.keyEncryptionKeys.get(id);
  invariant(key !== undefined, `key-encryption key ${id} is not configured`);
  return key;
}

function place(rowId: string) {
  return { table: "data_keys", column: "wrapped_key", rowId };
}
