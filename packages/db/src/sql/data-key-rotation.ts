import type { Queryable } from "../pool.ts";
import type { Tx } from "../with-transaction.ts";

/** How many data keys each key-encryption key wraps. */
export async function countDataKeys(db: Queryable): Promise<{ id: string; count: bigint }[]> {
  const { rows } = await db.query<{ id: string; count: bigint }>(
    "SELECT key_encryption_key_id AS id, count(*) AS count FROM data_keys GROUP BY 1 ORDER BY 1",
  );
  return rows;
}

export interface WrappedDataKey {
  id: string;
  wrappedKey: Buffer;
  keyEncryptionKeyId: string;
}

/**
 * Locks up to `limit` data keys that another key-encryption key wraps. Keys that a concurrent rotation holds are left
 * to it; keys rewrapped since `startedAt` are left alone, so that two rotations with different targets come to an end.
 */
export async function lockDataKeysToRewrap(
  tx: Tx,
  search: { currentKeyId: string; startedAt: Date; limit: number },
): Promise<WrappedDataKey[]> {
  const { rows } = await tx.query<WrappedDataKey>(
    `SELECT id, wrapped_key AS "wrappedKey", key_encryption_key_id AS "keyEncryptionKeyId"
     FROM data_keys
     WHERE key_encryption_key_id <> $1 AND (rewrapped_at IS NULL OR rewrapped_at < $2)
     ORDER BY id LIMIT $3 FOR UPDATE SKIP LOCKED`,
    [search.currentKeyId, search.startedAt, search.limit],
  );
  return rows;
}

export async function updateWrappedKeys(
  tx: Tx,
  change: {
    keys: { id: string; wrappedKey: Buffer }[];
    keyEncryptionKeyId: string;
    rewrappedAt: Date;
  },
): Promise<void> {
  await tx.query(
    `UPDATE data_keys d SET wrapped_key = k.wrapped_key, key_encryption_key_id = $3, rewrapped_at = $4
     FROM unnest($1::uuid[], $2::bytea[]) AS k (id, wrapped_key) WHERE d.id = k.id`,
    [
      change.keys.map((key) => key.id),
      change.keys.map((key) => key.wrappedKey),
      change.keyEncryptionKeyId,
      change.rewrappedAt,
    ],
  );
}
