import type { Queryable } from "../pool.ts";
import type { Tx } from "../with-transaction.ts";

export type BankAccountType = "current" | "savings" | "transmission";

export interface BankAccountRow {
  id: string;
  userId: string;
  status: "active" | "removed";
  bankName: string;
  branchCode: string;
  accountType: BankAccountType;
  lastFour: string;
  accountNumberCiphertext: Buffer;
  accountHolderCiphertext: Buffer;
  createdAt: Date;
  removedAt: Date | null;
}

const columns = `id, user_id AS "userId", status, bank_name AS "bankName", branch_code AS "branchCode",
  account_type AS "accountType", last_four AS "lastFour", account_number_ciphertext AS "accountNumberCiphertext",
  account_holder_ciphertext AS "accountHolderCiphertext", created_at AS "createdAt", removed_at AS "removedAt"`;

/** False if the user has the same account already (active). */
export async function insertBankAccount(
  tx: Tx,
  row: Omit<BankAccountRow, "status" | "removedAt"> & { accountLookup: Buffer },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `INSERT INTO bank_accounts (id, user_id, status, bank_name, branch_code, account_type, account_number_ciphertext,
                                account_holder_ciphertext, account_lookup, last_four, created_at)
     VALUES ($1, $2, 'active', $3, $4, $5, $6, $7, $8, $9, $10)
     ON CONFLICT (user_id, account_lookup) WHERE status = 'active' DO NOTHING`,
    [
      row.id,
      row.userId,
      row.bankName,
      row.branchCode,
      row.accountType,
      row.accountNumberCiphertext,
      row.accountHolderCiphertext,
      row.accountLookup,
      row.lastFour,
      row.createdAt,
    ],
  );
  return rowCount === 1;
}

/** Active accounts of a user, in the order in which they were added. */
export async function listActiveBankAccounts(
  db: Queryable,
  userId: string,
): Promise<BankAccountRow[]> {
  const { rows } = await db.query<BankAccountRow>(
    `SELECT ${columns} FROM bank_accounts WHERE user_id = $1 AND status = 'active' ORDER BY created_at, id`,
    [userId],
  );
  return rows;
}

/** All accounts of a user, also removed ones, in the order in which they were added. */
export async function listBankAccountsOfUser(
  db: Queryable,
  userId: string,
): Promise<BankAccountRow[]> {
  const { rows } = await db.query<BankAccountRow>(
    `SELECT ${columns} FROM bank_accounts WHERE user_id = $1 ORDER BY created_at, id`,
    [userId],
  );
  return rows;
}

/** With its owner, who holds the data key. */
export async function findBankAccount(
  db: Queryable,
  id: string,
): Promise<(BankAccountRow & { dataKeyId: string }) | undefined> {
  const { rows } = await db.query<BankAccountRow & { dataKeyId: string }>(
    `SELECT b.*, u.data_key_id AS "dataKeyId"
     FROM (SELECT ${columns} FROM bank_accounts WHERE id = $1) b JOIN users u ON u.id = b."userId"`,
    [id],
  );
  return rows[0];
}

/** Waits for withdrawals that are being written on the account, and lets no new one begin. */
export async function lockBankAccount(
  tx: Tx,
  account: { id: string; userId: string },
): Promise<BankAccountRow | undefined> {
  const { rows } = await tx.query<BankAccountRow>(
    `SELECT ${columns} FROM bank_accounts WHERE id = $1 AND user_id = $2 FOR UPDATE`,
    [account.id, account.userId],
  );
  return rows[0];
}

/** True while money may still go to the account. */
export async function hasOpenWithdrawal(
  tx: Tx,
  account: { id: string; userId: string },
): Promise<boolean> {
  const { rows } = await tx.query<{ open: boolean }>(
    `SELECT EXISTS (
       SELECT FROM transactions t JOIN transaction_statuses s ON s.kind = t.kind AND s.status = t.status
       WHERE t.user_id = $2 AND t.bank_account_id = $1 AND NOT s.terminal
     ) AS open`,
    [account.id, account.userId],
  );
  return rows[0]?.open === true;
}

export async function markBankAccountRemoved(
  tx: Tx,
  change: { id: string; removedAt: Date },
): Promise<void> {
  await tx.query("UPDATE bank_accounts SET status = 'removed', removed_at = $2 WHERE id = $1", [
    change.id,
    change.removedAt,
  ]);
}
