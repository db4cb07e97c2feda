import type { Queryable } from "../pool.ts";
import type { Tx } from "../with-transaction.ts";

/** As it stands in the address of a list: one value or several per filter. */
export type ViewFilters = Record<string, string | string[]>;

export interface SavedViewRow {
  id: string;
  ownerId: string;
  list: string;
  name: string;
  description: string | null;
  isShared: boolean;
  filters: ViewFilters;
  createdAt: Date;
  updatedAt: Date;
}

const columns = `id, owner_id AS "ownerId", list, name, description, is_shared AS "isShared", filters, created_at AS "createdAt",
  updated_at AS "updatedAt"`;

/** What an operator may choose from: their own views of a list and those shared by others, by name. */
export async function findSavedViews(
  db: Queryable,
  filter: { ownerId: string; list: string },
): Promise<SavedViewRow[]> {
  const { rows } = await db.query<SavedViewRow>(
    `SELECT ${columns} FROM saved_views WHERE list = $2 AND (owner_id = $1 OR is_shared) ORDER BY name, id LIMIT 200`,
    [filter.ownerId, filter.list],
  );
  return rows;
}

export async function lockSavedView(tx: Tx, id: string): Promise<SavedViewRow | undefined> {
  const { rows } = await tx.query<SavedViewRow>(
    `SELECT ${columns} FROM saved_views WHERE id = $1 FOR UPDATE`,
    [id],
  );
  return rows[0];
}

/** Writes a new view, or what may change of a locked one. Constraints refuse a name or filters that are there already. */
export async function upsertSavedView(
  tx: Tx,
  row: SavedViewRow & { filtersSha256: Buffer },
): Promise<void> {
  await tx.query(
    `INSERT INTO saved_views (id, owner_id, list, name, description, is_shared, filters, filters_sha256, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, description = excluded.description, is_shared = excluded.is_shared,
       filters = excluded.filters, filters_sha256 = excluded.filters_sha256, updated_at = excluded.updated_at`,
    [
      row.id,
      row.ownerId,
      row.list,
      row.name,
      row.description,
      row.isShared,
      JSON.stringify(row.filters),
      row.filtersSha256,
      row.createdAt,
      row.updatedAt,
    ],
  );
}

export async function deleteSavedView(tx: Tx, id: string): Promise<void> {
  await tx.query("DELETE FROM saved_views WHERE id = $1", [id]);
}
