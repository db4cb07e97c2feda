import type { Queryable } from "@revio-wallet/db/pool";
import { findProviderDataKeyId } from "@revio-wallet/db/sql/provider-events";
import type { Context } from "../context.ts";
import { createDataKey, type DataKey, readDataKey } from "../encryption/data-key.ts";
import { decryptField, encryptField, type FieldPlace } from "../encryption/field-cipher.ts";

/** The data key for what Revio sends us; made at first use. Two processes may each make one: both stay readable. */
export async function currentProviderDataKey(ctx: Context, db: Queryable): Promise<DataKey> {
  const id = await findProviderDataKeyId(db);
  return id === undefined ? createDataKey(ctx, db, "provider") : readDataKey(ctx, db, id);
}

export function sealProviderValue(
  ctx: Context,
  key: DataKey,
  place: FieldPlace,
  value: Uint8Array,
): Buffer {
  return encryptField(key.bytes, ctx.ids.bytes(12), place, value);
}

export async function openProviderValue(
  ctx: Context,
  db: Queryable,
  dataKeyId: string,
  place: FieldPlace,
  stored: Uint8Array,
): Promise<Buffer> {
  const key = await readDataKey(ctx, db, dataKeyId);
  return decryptField(key.bytes, place, stored);
}
