import type { Tx } from "../with-transaction.ts";

/**
 * Takes the advisory lock of each account until the end of the database transaction, in the order that everybody uses.
 * A statement of its own: what is read after it is what the last holder left.
 */
export async function lockAccounts(tx: Tx, codes: string[]): Promise<void> {
  await tx.query("SELECT lock_accounts($1)::text", [codes]);
}
