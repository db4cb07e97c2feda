import { randomUUID } from "node:crypto";
import type { MoneyWorld } from "./money-world.ts";

/** Money from the float to a user or, with a negative amount, back, posted at any time and outside of every transaction. */
export async function postBareEntry(
  { database }: Pick<MoneyWorld, "database">,
  entry: { account: string; amountMinor: bigint; postedAt: Date },
): Promise<void> {
  const isIn = entry.amountMinor > 0n;
  const amountMinor = (isIn ? entry.amountMinor : -entry.amountMinor).toString();
  const line = (account: string, direction: string) => ({ account, direction, amountMinor });
  const at = entry.postedAt.toISOString();
  const { rows } = await database.pool.query<{ outcome: string }>(
    "SELECT outcome FROM post_journal_entries($1::jsonb)",
    [
      JSON.stringify([
        {
          id: randomUUID(),
          key: `test.moved:${randomUUID()}`,
          event: "test.moved",
          occurredAt: at,
          postedAt: at,
          postings: [
            line("house:revio_float:ZAR", isIn ? "debit" : "credit"),
            line(entry.account, isIn ? "credit" : "debit"),
          ],
        },
      ]),
    ],
  );
  if (rows[0]?.outcome !== "posted") throw new Error(`not posted: ${rows[0]?.outcome}`);
}
