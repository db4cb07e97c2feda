import type { Queryable } from "../pool.ts";

export interface LedgerAccountRow {
  currency: string;
  /** Null: of the house. */
  userId: string | null;
  /** The side on which it grows. */
  normalSide: "debit" | "credit";
}

/** Currency, owner and normal side of a ledger account; undefined if there is none of that code. */
export async function findLedgerAccount(
  db: Queryable,
  code: string,
): Promise<LedgerAccountRow | undefined> {
  const { rows } = await db.query<LedgerAccountRow>(
    `SELECT currency, user_id AS "userId", normal_side AS "normalSide" FROM ledger_accounts WHERE code = $1`,
    [code],
  );
  return rows[0];
}
