import type { Queryable } from "../pool.ts";

export async function foldCheckpoints(
  db: Queryable,
  row: { minimumPostings: bigint; at: Date },
): Promise<number> {
  const { rows } = await db.query<{ folded: number }>(
    "SELECT fold_balance_checkpoints($1, $2) AS folded",
    [row.minimumPostings, row.at],
  );
  return rows[0]?.folded ?? 0;
}
