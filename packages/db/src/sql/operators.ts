import type { Queryable } from "../pool.ts";
import type { Tx } from "../with-transaction.ts";

export type OperatorRole =
  | "viewer"
  | "support"
  | "operator"
  | "reconciliation_maker"
  | "reconciliation_checker"
  | "administrator";

export interface OperatorRow {
  id: string;
  email: string;
  displayName: string;
  role: OperatorRole;
  status: "active" | "suspended";
  /** Null until an invitation was accepted: nobody can sign in as them. */
  passwordHash: string | null;
  dataKeyId: string | null;
  /** The same for all accounts of one person. */
  personId: string;
}

const columns = `id, email, display_name AS "displayName", role, status, password_hash AS "passwordHash", data_key_id AS "dataKeyId", person_id AS "personId"`;

/** @param email normalised: operators' addresses are stored in lower case */
export async function findOperatorByEmail(
  db: Queryable,
  email: string,
): Promise<OperatorRow | undefined> {
  const { rows } = await db.query<OperatorRow>(
    `SELECT ${columns} FROM operators WHERE email = $1`,
    [email],
  );
  return rows[0];
}

export async function findOperator(db: Queryable, id: string): Promise<OperatorRow | undefined> {
  const { rows } = await db.query<OperatorRow>(`SELECT ${columns} FROM operators WHERE id = $1`, [
    id,
  ]);
  return rows[0];
}

/** Reads the operator and lets nobody else change them until the database transaction ends. */
export async function lockOperator(tx: Tx, id: string): Promise<OperatorRow | undefined> {
  const { rows } = await tx.query<OperatorRow>(
    `SELECT ${columns} FROM operators WHERE id = $1 FOR UPDATE`,
    [id],
  );
  return rows[0];
}

export async function updateOperatorPassword(
  tx: Tx,
  change: { id: string; passwordHash: string; changedAt?: Date | undefined },
): Promise<void> {
  await tx.query(
    "UPDATE operators SET password_hash = $2, password_changed_at = coalesce($3, password_changed_at) WHERE id = $1",
    [change.id, change.passwordHash, change.changedAt ?? null],
  );
}

export async function setOperatorDataKey(
  tx: Tx,
  change: { id: string; dataKeyId: string },
): Promise<void> {
  await tx.query("UPDATE operators SET data_key_id = $2 WHERE id = $1", [
    change.id,
    change.dataKeyId,
  ]);
}
