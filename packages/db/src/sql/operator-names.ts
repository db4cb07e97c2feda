import type { Queryable } from "../pool.ts";

/** The names that these operators are shown by; ids of nobody are left out. */
export async function findOperatorNames(
  db: Queryable,
  ids: readonly string[],
): Promise<Map<string, string>> {
  const { rows } = await db.query<{ id: string; name: string }>(
    "SELECT id, display_name AS name FROM operators WHERE id = ANY ($1::uuid[])",
    [[...new Set(ids)]],
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
}
