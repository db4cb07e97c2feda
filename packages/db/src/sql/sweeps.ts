import type { Tx } from "../with-transaction.ts";

/** Remembers that a job was made for each of these just now. */
export async function markSwept(tx: Tx, row: { subjectIds: string[]; at: Date }): Promise<void> {
  await tx.query(
    `INSERT INTO sweeps (subject_id, swept_at) SELECT unnest($1::uuid[]), $2
     ON CONFLICT (subject_id) DO UPDATE SET swept_at = excluded.swept_at`,
    [row.subjectIds, row.at],
  );
}

/** Marks that keep nothing back any more. */
export async function deleteOldSweeps(tx: Tx, before: Date): Promise<void> {
  await tx.query("DELETE FROM sweeps WHERE swept_at < $1", [before]);
}
