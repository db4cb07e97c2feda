import type { Queryable } from "../pool.ts";

/** The operator's role; undefined if unknown or suspended. */
export async function findActiveOperatorRole(
  db: Queryable,
  operatorId: string,
): Promise<string | undefined> {
  const { rows } = await db.query<{ role: string }>(
    "SELECT role FROM operators WHERE id = $1 AND status = 'active'",
    [operatorId],
  );
  return rows[0]?.role;
}
