import { randomBytes, randomUUID } from "node:crypto";
import type { Pool } from "pg";
import type { Queryable } from "../../src/pool.ts";
import { sampleRows, type World } from "./sample-rows.ts";
import { insertRow } from "./sample-world.ts";

export const float = "house:revio_float:ZAR";
export const available = (userId: string) => `user:${userId}:available:ZAR`;
export const pending = (userId: string) => `user:${userId}:pending:ZAR`;

export interface Line {
  account: string;
  direction: "debit" | "credit";
  amountMinor: string;
}

export interface Entry {
  id: string;
  key: string;
  event: string;
  transactionId: string | null;
  occurredAt: string;
  postedAt: string;
  postings: Line[];
}

export interface Outcome {
  entry_no: number;
  outcome: "posted" | "duplicate" | "conflict" | "insufficient_funds";
  journal_entry_id: string | null;
  reason: string | null;
}

/** One amount from one account to another. */
export function transfer(
  debit: string,
  credit: string,
  amountMinor: bigint,
  patch: Partial<Entry> = {},
): Entry {
  const at = new Date().toISOString();
  return {
    id: randomUUID(),
    key: `test:${randomUUID()}`,
    event: "test.moved",
    transactionId: null,
    occurredAt: at,
    postedAt: at,
    postings: [
      { account: debit, direction: "debit", amountMinor: amountMinor.toString() },
      { account: credit, direction: "credit", amountMinor: amountMinor.toString() },
    ],
    ...patch,
  };
}

export const payIn = (userId: string, amountMinor: bigint, patch: Partial<Entry> = {}) =>
  transfer(float, available(userId), amountMinor, patch);
export const payOut = (userId: string, amountMinor: bigint, patch: Partial<Entry> = {}) =>
  transfer(available(userId), float, amountMinor, patch);

/** Calls the SQL function as the application does. */
export async function post(db: Queryable, ...entries: Entry[]): Promise<Outcome[]> {
  const { rows } = await db.query<Outcome>("SELECT * FROM post_journal_entries($1::jsonb)", [
    JSON.stringify(entries),
  ]);
  return rows;
}

/** A user with open accounts and this much available. */
export async function openUser(pool: Pool, amountMinor = 0n): Promise<string> {
  const key = { ...sampleRows["data_keys"]?.({} as World), wrapped_key: randomBytes(40) };
  await insertRow(pool, "data_keys", key);
  const user = sampleRows["users"]?.({ dataKeyId: String(Object(key).id) } as World) ?? {};
  await insertRow(pool, "users", user);
  const userId = String(user["id"]);
  await pool.query("SELECT open_user_accounts($1, 'ZAR', now())", [userId]);
  if (amountMinor > 0n) await post(pool, payIn(userId, amountMinor));
  return userId;
}

export async function balanceOf(db: Queryable, code: string): Promise<bigint> {
  const { rows } = await db.query<{ amount_minor: bigint }>(
    "SELECT b.amount_minor FROM balances b JOIN ledger_accounts a ON a.id = b.ledger_account_id WHERE a.code = $1",
    [code],
  );
  if (rows[0] === undefined) throw new Error(`no balance for ${code}`);
  return rows[0].amount_minor;
}

/** Balance through checkpoints, as account_balance() reads it. */
export async function foldedBalance(db: Queryable, code: string, asOf?: Date): Promise<bigint> {
  const { rows } = await db.query<{ balance: string }>(
    "SELECT account_balance($1, $2) AS balance",
    [code, asOf ?? null],
  );
  return BigInt(rows[0]?.balance ?? "no such account");
}

/** The same from first principles: the sum of all postings. */
export async function summedBalance(db: Queryable, code: string, asOf?: Date): Promise<bigint> {
  const { rows } = await db.query<{ balance: string }>(
    `SELECT coalesce(sum(CASE WHEN p.direction = a.normal_side THEN p.amount_minor ELSE -p.amount_minor END), 0) AS balance
     FROM ledger_accounts a LEFT JOIN postings p ON p.ledger_account_id = a.id AND ($2::timestamptz IS NULL OR p.posted_at <= $2)
     WHERE a.code = $1`,
    [code, asOf ?? null],
  );
  return BigInt(rows[0]?.balance ?? "no such account");
}

/** Names every way in which the books could be wrong; an empty list is a sound ledger. */
export async function findLedgerDefects(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ defect: string }>(`
    SELECT 'entry ' || journal_entry_id || ' does not balance' AS defect FROM postings
      GROUP BY journal_entry_id, currency
      HAVING sum(CASE direction WHEN 'debit' THEN amount_minor ELSE -amount_minor END) <> 0
    UNION ALL SELECT 'entry ' || e.id || ' has no postings' FROM journal_entries e
      WHERE NOT EXISTS (SELECT 1 FROM postings p WHERE p.journal_entry_id = e.id)
    UNION ALL SELECT 'balance of ' || a.code || ' differs from its postings'
      FROM balances b JOIN ledger_accounts a ON a.id = b.ledger_account_id LEFT JOIN postings p ON p.ledger_account_id = a.id
      GROUP BY a.code, b.amount_minor, b.version
      HAVING b.amount_minor <> coalesce(sum(CASE WHEN p.direction = a.normal_side THEN p.amount_minor ELSE -p.amount_minor END), 0)
          OR b.version <> count(p.id)
    UNION ALL SELECT 'running balance of ' || c.code || ' breaks at posting ' || c.id FROM (
        SELECT a.code, p.id, p.balance_before_minor,
               lag(p.balance_after_minor, 1, 0::bigint) OVER (PARTITION BY a.id ORDER BY p.id) AS carried,
               p.balance_after_minor - p.balance_before_minor AS moved,
               CASE WHEN p.direction = a.normal_side THEN p.amount_minor ELSE -p.amount_minor END AS delta
        FROM postings p JOIN ledger_accounts a ON a.id = p.ledger_account_id WHERE a.user_id IS NOT NULL
      ) c WHERE c.balance_before_minor <> c.carried OR c.moved <> c.delta`);
  return rows.map(({ defect }) => defect);
}
