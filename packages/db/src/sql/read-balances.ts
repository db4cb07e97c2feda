import type { Queryable } from "../pool.ts";

export interface BalanceRow {
  name: "available" | "pending" | "receivable";
  currency: string;
  amountMinor: bigint;
  updatedAt: Date;
}

/** The stored balances of one user. */
export async function readBalances(db: Queryable, userId: string): Promise<BalanceRow[]> {
  const { rows } = await db.query<BalanceRow>(
    `SELECT a.name, b.currency, b.amount_minor AS "amountMinor", b.updated_at AS "updatedAt"
     FROM balances b JOIN ledger_accounts a ON a.id = b.ledger_account_id
     WHERE b.user_id = $1 ORDER BY b.currency, a.name`,
    [userId],
  );
  return rows;
}

/** Balance of one account in its normal side, now or counting what was posted up to `asOf`; undefined if unknown. */
export async function readAccountBalance(
  db: Queryable,
  code: string,
  asOf: Date | undefined,
): Promise<bigint | undefined> {
  const { rows } = await db.query<{ balance: string | null }>(
    "SELECT account_balance($1, $2) AS balance",
    [code, asOf ?? null],
  );
  const balance = rows[0]?.balance;
  return balance === null || balance === undefined ? undefined : BigInt(balance);
}
