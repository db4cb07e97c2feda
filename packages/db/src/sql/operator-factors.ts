import type { Queryable } from "../pool.ts";
import type { Tx } from "../with-transaction.ts";
import type { TotpFactorRow } from "./totp-factors.ts";

export interface PasskeyRow {
  id: string;
  operatorId: string;
  credentialId: Buffer;
  /** COSE. */
  publicKey: Buffer;
  signCount: bigint;
  transports: string[];
  label: string;
  createdAt: Date;
  lastUsedAt: Date | null;
}

const passkeyColumns = `id, operator_id AS "operatorId", credential_id AS "credentialId", public_key AS "publicKey", sign_count AS "signCount",
  transports, label, created_at AS "createdAt", last_used_at AS "lastUsedAt"`;

/** The passkeys of an operator, the oldest first. */
export async function listPasskeys(db: Queryable, operatorId: string): Promise<PasskeyRow[]> {
  const { rows } = await db.query<PasskeyRow>(
    `SELECT ${passkeyColumns} FROM operator_passkeys WHERE operator_id = $1 ORDER BY created_at, id`,
    [operatorId],
  );
  return rows;
}

/** @throws DatabaseError 23505 if the credential is known */
export async function insertPasskey(tx: Tx, row: Omit<PasskeyRow, "lastUsedAt">): Promise<void> {
  await tx.query(
    `INSERT INTO operator_passkeys (id, operator_id, credential_id, public_key, sign_count, transports, label, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      row.id,
      row.operatorId,
      row.credentialId,
      row.publicKey,
      row.signCount,
      row.transports,
      row.label,
      row.createdAt,
    ],
  );
}

/** False if its counter went on meanwhile: of two uses of one signature, one wins. */
export async function usePasskey(
  tx: Tx,
  use: { id: string; before: bigint; signCount: bigint; usedAt: Date },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    "UPDATE operator_passkeys SET sign_count = $3, last_used_at = $4 WHERE id = $1 AND sign_count = $2",
    [use.id, use.before, use.signCount, use.usedAt],
  );
  return rowCount === 1;
}

/** False if the operator has no such passkey. */
export async function deletePasskey(
  tx: Tx,
  passkey: { id: string; operatorId: string },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    "DELETE FROM operator_passkeys WHERE id = $1 AND operator_id = $2",
    [passkey.id, passkey.operatorId],
  );
  return rowCount === 1;
}

export async function findOperatorTotp(
  db: Queryable,
  operatorId: string,
): Promise<TotpFactorRow | undefined> {
  const { rows } = await db.query<TotpFactorRow>(
    `SELECT secret_ciphertext AS "secretCiphertext", confirmed_at AS "confirmedAt", last_used_step AS "lastUsedStep"
     FROM operator_totp_factors WHERE operator_id = $1`,
    [operatorId],
  );
  return rows[0];
}

/** Starts over an unconfirmed factor; false if a confirmed one is in force. */
export async function putUnconfirmedOperatorTotp(
  tx: Tx,
  row: { operatorId: string; secretCiphertext: Buffer; createdAt: Date },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `INSERT INTO operator_totp_factors (operator_id, secret_ciphertext, created_at) VALUES ($1, $2, $3)
     ON CONFLICT (operator_id) DO UPDATE
       SET secret_ciphertext = excluded.secret_ciphertext, created_at = excluded.created_at, last_used_step = NULL
       WHERE operator_totp_factors.confirmed_at IS NULL`,
    [row.operatorId, row.secretCiphertext, row.createdAt],
  );
  return rowCount === 1;
}

export async function confirmOperatorTotp(
  tx: Tx,
  change: { operatorId: string; confirmedAt: Date },
): Promise<void> {
  await tx.query("UPDATE operator_totp_factors SET confirmed_at = $2 WHERE operator_id = $1", [
    change.operatorId,
    change.confirmedAt,
  ]);
}

/** False if this step or a later one was accepted before: of two equal codes at once, one wins. */
export async function useOperatorTotpStep(
  tx: Tx,
  use: { operatorId: string; step: bigint },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `UPDATE operator_totp_factors SET last_used_step = $2
     WHERE operator_id = $1 AND (last_used_step IS NULL OR last_used_step < $2)`,
    [use.operatorId, use.step],
  );
  return rowCount === 1;
}

export async function deleteOperatorTotp(tx: Tx, operatorId: string): Promise<boolean> {
  const { rowCount } = await tx.query("DELETE FROM operator_totp_factors WHERE operator_id = $1", [
    operatorId,
  ]);
  return rowCount === 1;
}

/** New codes in place of all earlier ones. */
export async function replaceOperatorRecoveryCodes(
  tx: Tx,
  rows: { ids: string[]; operatorId: string; codeHashes: Buffer[]; createdAt: Date },
): Promise<void> {
  await tx.query("DELETE FROM operator_recovery_codes WHERE operator_id = $1", [rows.operatorId]);
  await tx.query(
    `INSERT INTO operator_recovery_codes (id, operator_id, code_hash, created_at)
     SELECT id, $2, code_hash, $4 FROM unnest($1::uuid[], $3::bytea[]) AS c (id, code_hash)`,
    [rows.ids, rows.operatorId, rows.codeHashes, rows.createdAt],
  );
}

/** False if the operator has no such code, or used it before. */
export async function useOperatorRecoveryCode(
  tx: Tx,
  use: { operatorId: string; codeHash: Buffer; usedAt: Date },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    "UPDATE operator_recovery_codes SET used_at = $3 WHERE operator_id = $1 AND code_hash = $2 AND used_at IS NULL",
    [use.operatorId, use.codeHash, use.usedAt],
  );
  return rowCount === 1;
}

export async function countOperatorRecoveryCodes(
  db: Queryable,
  operatorId: string,
): Promise<number> {
  const { rows } = await db.query<{ count: string }>(
    "SELECT count(*)::text AS count FROM operator_recovery_codes WHERE operator_id = $1 AND used_at IS NULL",
    [operatorId],
  );
  return Number(rows[0]?.count ?? 0);
}
