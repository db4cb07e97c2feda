import type { Queryable } from "../pool.ts";

export async function insertDataKey(
  db: Queryable,
  row: {
    id: string;
    purpose: "user" | "provider" | "operator";
    wrappedKey: Buffer;
    keyEncryptionKeyId: string;
    createdAt: Date;
  },
): Promise<void> {
  await db.query(
    `INSERT INTO data_keys (id, purpose, wrapped_key, key_encryption_key_id, created_at)
     VALUES ($1, $2, $3, $4, $5)`,
    [row.id, row.purpose, row.wrappedKey, row.keyEncryptionKeyId, row.createdAt],
  );
}

export async function findDataKey(
  db: Queryable,
  id: string,
): Promise<{ wrappedKey: Buffer; keyEncryptionKeyId: string } | undefined> {
  const { rows } = await db.query<{ wrappedKey: Buffer; keyEncryptionKeyId: string }>(
    `SELECT wrapped_key AS "wrappedKey", key_encryption_key_id AS "keyEncryptionKeyId"
     FROM data_keys WHERE id = $1`,
    [id],
  );
  return rows[0];
}
