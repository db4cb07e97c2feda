import type { Queryable } from "../pool.ts";
import type { Tx } from "../with-transaction.ts";

export type UserStatus = "active" | "suspended" | "closed";

export interface UserRow {
  id: string;
  status: UserStatus;
  emailLookup: Buffer;
  emailCiphertext: Buffer;
  fullNameCiphertext: Buffer;
  phoneCiphertext: Buffer | null;
  dataKeyId: string;
  passwordHash: string;
  outgoingFrozenAt: Date | null;
  createdAt: Date;
}

const columns = `id, status, email_lookup AS "emailLookup", email_ciphertext AS "emailCiphertext",
  full_name_ciphertext AS "fullNameCiphertext", phone_ciphertext AS "phoneCiphertext", data_key_id AS "dataKeyId",
  password_hash AS "passwordHash", outgoing_frozen_at AS "outgoingFrozenAt", created_at AS "createdAt"`;

/** False if another user has the same e-mail address. */
export async function insertUser(
  tx: Tx,
  row: Omit<UserRow, "status" | "outgoingFrozenAt">,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `INSERT INTO users (id, status, email_lookup, email_ciphertext, full_name_ciphertext, phone_ciphertext, data_key_id,
                        password_hash, password_changed_at, created_at, updated_at)
     VALUES ($1, 'active', $2, $3, $4, $5, $6, $7, $8, $8, $8)
     ON CONFLICT (email_lookup) DO NOTHING`,
    [
      row.id,
      row.emailLookup,
      row.emailCiphertext,
      row.fullNameCiphertext,
      row.phoneCiphertext,
      row.dataKeyId,
      row.passwordHash,
      row.createdAt,
    ],
  );
  return rowCount === 1;
}

/** Opens the ledger accounts of a user in one currency, with balances of zero. */
export async function openUserAccounts(
  tx: Tx,
  userId: string,
  currency: string,
  openedAt: Date,
): Promise<void> {
  await tx.query("SELECT open_user_accounts($1, $2, $3)::text", [userId, currency, openedAt]);
}

export async function findUser(db: Queryable, id: string): Promise<UserRow | undefined> {
  const { rows } = await db.query<UserRow>(`SELECT ${columns} FROM users WHERE id = $1`, [id]);
  return rows[0];
}

export async function findUserByEmail(
  db: Queryable,
  emailLookup: Buffer,
): Promise<UserRow | undefined> {
  const { rows } = await db.query<UserRow>(`SELECT ${columns} FROM users WHERE email_lookup = $1`, [
    emailLookup,
  ]);
  return rows[0];
}

/**
 * Reads the user and keeps others from changing the row until the database transaction ends. Rows that refer to the
 * user may still be added, so sign-ins do not hold up deposits.
 */
export async function lockUser(tx: Tx, id: string): Promise<UserRow | undefined> {
  const { rows } = await tx.query<UserRow>(
    `SELECT ${columns} FROM users WHERE id = $1 FOR NO KEY UPDATE`,
    [id],
  );
  return rows[0];
}

export async function updatePassword(
  tx: Tx,
  change: { userId: string; passwordHash: string; changedAt: Date },
): Promise<void> {
  await tx.query(
    "UPDATE users SET password_hash = $2, password_changed_at = $3, updated_at = $3 WHERE id = $1",
    [change.userId, change.passwordHash, change.changedAt],
  );
}

/** Same password, newer hash parameters. */
export async function updatePasswordHash(
  tx: Tx,
  change: { userId: string; passwordHash: string },
): Promise<void> {
  await tx.query("UPDATE users SET password_hash = $2 WHERE id = $1", [
    change.userId,
    change.passwordHash,
  ]);
}

export async function updateUserStatus(
  tx: Tx,
  change: { userId: string; status: UserStatus; updatedAt: Date },
): Promise<void> {
  await tx.query("UPDATE users SET status = $2, updated_at = $3 WHERE id = $1", [
    change.userId,
    change.status,
    change.updatedAt,
  ]);
}
