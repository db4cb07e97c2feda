import type { Queryable } from "../pool.ts";
import type { Tx } from "../with-transaction.ts";
import { breakColumns, type BreakRow } from "./breaks.ts";

export interface BreakNoteRow {
  id: string;
  breakId: string;
  operatorId: string;
  note: string;
  createdAt: Date;
}

/** Breaks in a state, oldest first, after a place in that order. */
export async function findBreaks(
  db: Queryable,
  filter: {
    state: BreakRow["state"];
    ownerId: string | undefined;
    transactionId: string | undefined;
    after: { openedAt: Date; id: string } | undefined;
    limit: number;
  },
): Promise<BreakRow[]> {
  const { rows } = await db.query<BreakRow>(
    `SELECT ${breakColumns} FROM breaks
     WHERE state = $1 AND ($2::uuid IS NULL OR owner_id = $2) AND ($3::uuid IS NULL OR transaction_id = $3)
       AND ($4::timestamptz IS NULL OR (opened_at, id) > ($4, $5::uuid))
     ORDER BY opened_at, id LIMIT $6`,
    [
      filter.state,
      filter.ownerId ?? null,
      filter.transactionId ?? null,
      filter.after?.openedAt ?? null,
      filter.after?.id ?? null,
      filter.limit,
    ],
  );
  return rows;
}

export async function findBreak(db: Queryable, id: string): Promise<BreakRow | undefined> {
  const { rows } = await db.query<BreakRow>(`SELECT ${breakColumns} FROM breaks WHERE id = $1`, [
    id,
  ]);
  return rows[0];
}

export async function lockBreak(tx: Tx, id: string): Promise<BreakRow | undefined> {
  const { rows } = await tx.query<BreakRow>(
    `SELECT ${breakColumns} FROM breaks WHERE id = $1 FOR NO KEY UPDATE`,
    [id],
  );
  return rows[0];
}

/** In order of writing. */
export async function findBreakNotes(db: Queryable, breakId: string): Promise<BreakNoteRow[]> {
  const { rows } = await db.query<BreakNoteRow>(
    `SELECT id, break_id AS "breakId", operator_id AS "operatorId", note, created_at AS "createdAt"
     FROM break_notes WHERE break_id = $1 ORDER BY created_at, id`,
    [breakId],
  );
  return rows;
}

export async function insertBreakNote(tx: Tx, row: BreakNoteRow): Promise<void> {
  await tx.query(
    "INSERT INTO break_notes (id, break_id, operator_id, note, created_at) VALUES ($1, $2, $3, $4, $5)",
    [row.id, row.breakId, row.operatorId, row.note, row.createdAt],
  );
}

/** Says who looks after a locked, open break; null: nobody. */
export async function updateBreakOwner(
  tx: Tx,
  row: { id: string; ownerId: string | null },
): Promise<void> {
  await tx.query("UPDATE breaks SET owner_id = $2 WHERE id = $1", [row.id, row.ownerId]);
}
