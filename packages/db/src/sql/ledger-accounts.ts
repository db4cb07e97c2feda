import type { Queryable } from "../pool.ts";

export interface LedgerAccountRow {
  code: string;
  name: string;
  type: "asset" | "liability" | "income" | "expense";
  normalSide: "debit" | "credit";
  currency: string;
  /** Null: an account of the house. */
  userId: string | null;
  createdAt: Date;
  /** In the normal side, as text. */
  balanceMinor: string;
  lastPostedAt: Date | null;
}

const query = (where: string) =>
  `SELECT a.code, a.name, a.type, a.normal_side AS "normalSide", a.currency, a.user_id AS "userId", a.created_at AS "createdAt",
          account_balance(a.code, NULL)::text AS "balanceMinor",
          (SELECT p.posted_at FROM postings p WHERE p.ledger_account_id = a.id ORDER BY p.posted_at DESC, p.id DESC LIMIT 1) AS "lastPostedAt"
   FROM ledger_accounts a WHERE ${where} ORDER BY a.code`;

/** The chart of accounts of the house, each with its balance now: checkpoint and tail. */
export async function readHouseAccounts(db: Queryable): Promise<LedgerAccountRow[]> {
  const { rows } = await db.query<LedgerAccountRow>(query("a.user_id IS NULL"));
  return rows;
}

/** A user's accounts with their balances now, from their postings. */
export async function readUserAccounts(db: Queryable, userId: string): Promise<LedgerAccountRow[]> {
  const { rows } = await db.query<LedgerAccountRow>(query("a.user_id = $1"), [userId]);
  return rows;
}

export async function readLedgerAccount(
  db: Queryable,
  code: string,
): Promise<LedgerAccountRow | undefined> {
  const { rows } = await db.query<LedgerAccountRow>(query("a.code = $1"), [code]);
  return rows[0];
}

/** The chart of accounts of the house, without balances. */
export async function readHouseChart(
  db: Queryable,
): Promise<Pick<LedgerAccountRow, "code" | "name" | "type" | "normalSide" | "currency">[]> {
  const { rows } = await db.query<
    Pick<LedgerAccountRow, "code" | "name" | "type" | "normalSide" | "currency">
  >(
    `SELECT code, name, type, normal_side AS "normalSide", currency FROM ledger_accounts WHERE user_id IS NULL ORDER BY code`,
  );
  return rows;
}
