import type { MoneyWorld } from "./money-world.ts";

/** "event direction account amount" of each posting of a transaction, in order. */
export async function postingsOf(world: MoneyWorld, transactionId: string): Promise<string[]> {
  const { rows } = await world.database.pool.query<{ line: string }>(
    `SELECT concat_ws(' ', e.event, p.direction, a.code, p.amount_minor) AS line
     FROM journal_entries e JOIN postings p ON p.journal_entry_id = e.id
     JOIN ledger_accounts a ON a.id = p.ledger_account_id
     WHERE e.transaction_id = $1 ORDER BY e.sequence, p.direction DESC, a.user_id IS NULL, a.id`,
    [transactionId],
  );
  return rows.map(({ line }) => line);
}

/** Cause and status of each step of a transaction, in order. */
export async function stepsOf(world: MoneyWorld, transactionId: string): Promise<string[]> {
  const { rows } = await world.database.pool.query<{ step: string }>(
    "SELECT cause || ' → ' || to_status AS step FROM transaction_events WHERE transaction_id = $1 ORDER BY sequence",
    [transactionId],
  );
  return rows.map(({ step }) => step);
}
