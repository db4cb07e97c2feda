import type { Tx } from "../with-transaction.ts";

/** True if the bank account is the user's and not removed; keeps it so until the end of the database transaction. */
export async function lockUsableBankAccount(
  tx: Tx,
  filter: { bankAccountId: string; userId: string },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `SELECT 1 FROM bank_accounts WHERE id = $1 AND user_id = $2 AND status = 'active' FOR SHARE`,
    [filter.bankAccountId, filter.userId],
  );
  return rowCount === 1;
}
