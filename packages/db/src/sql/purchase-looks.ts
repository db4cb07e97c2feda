import type { Queryable } from "../pool.ts";
import type { Tx } from "../with-transaction.ts";

/** Paid purchases that are to be read again by now, and for which no job was made since `sweptBefore`. Longest due first. */
export async function findDuePurchaseIds(
  db: Queryable,
  filter: { dueAt: Date; sweptBefore: Date; limit: number },
): Promise<string[]> {
  const { rows } = await db.query<{ purchaseId: string }>(
    `SELECT d.purchase_id AS "purchaseId" FROM (
       SELECT purchase_id, next_look_at FROM revio_purchases WHERE next_look_at <= $1
       UNION ALL SELECT purchase_id, next_look_at FROM suspense_payments WHERE next_look_at <= $1
     ) d
     WHERE NOT EXISTS (SELECT 1 FROM sweeps s WHERE s.subject_id = d.purchase_id AND s.swept_at >= $2)
     ORDER BY d.next_look_at LIMIT $3`,
    [filter.dueAt, filter.sweptBefore, filter.limit],
  );
  return rows.map(({ purchaseId }) => purchaseId);
}

/** When we took the money of a purchase in, be it credited or in suspense; undefined if we did not. */
export async function findMoneyReceivedAt(
  db: Queryable,
  purchaseId: string,
): Promise<Date | undefined> {
  const { rows } = await db.query<{ at: Date | null }>(
    `SELECT coalesce((SELECT credited_at FROM revio_purchases WHERE purchase_id = $1),
                     (SELECT held_at FROM suspense_payments WHERE purchase_id = $1)) AS at`,
    [purchaseId],
  );
  return rows[0]?.at ?? undefined;
}

/** Says when a purchase is read next, wherever it is on record; null: never again by itself. */
export async function updateNextLook(
  tx: Tx,
  row: { purchaseId: string; nextLookAt: Date | undefined },
): Promise<void> {
  const values = [row.purchaseId, row.nextLookAt ?? null];
  await tx.query(
    "UPDATE revio_purchases SET next_look_at = $2 WHERE purchase_id = $1 AND credited_at IS NOT NULL",
    values,
  );
  await tx.query("UPDATE suspense_payments SET next_look_at = $2 WHERE purchase_id = $1", values);
}
