import type { Queryable } from "../pool.ts";

/** Currency of a ledger account, and whose it is; undefined if there is none of that code. */
export async function findLedgerAccount(
  db: Queryable,
  code: string,
): Promise<{ currency: string; userId: string | null } | undefined> {
  const { rows } = await db.query<{ currency: string; userId: string | null }>(
    `SELECT currency, user_id AS "userId" FROM ledger_accounts WHERE code = $1`,
    [code],
  );
  return rows[0];
}
