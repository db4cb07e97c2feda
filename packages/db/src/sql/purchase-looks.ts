import type { Queryable } from "../pool.ts";
import type { Tx } from "../with-transaction.ts";

/** Purchases that are to be read again by now, and for which no job was made since `sweptBefore`. Longest due first. */
export async function findDuePurchaseIds(
  db: Queryable,
  filter: { dueAt: Date; sweptBefore: Date; limit: number },
): Promise<string[]> {
  const { rows } = await db.query<{ purchaseId: string }>(
    `SELECT d.purchase_id AS "purchaseId" FROM (
       SELECT purchase_id, next_look_at FROM revio_purchases WHERE next_look_at <= $1
       UNION SELECT purchase_id, next_look_at FROM suspense_payments WHERE next_look_at <= $1
     ) d
     WHERE NOT EXISTS (SELECT 1 FROM sweeps s WHERE s.subject_id = d.purchase_id AND s.swept_at >= $2)
     ORDER BY d.next_look_at LIMIT $3`,
    [filter.dueAt, filter.sweptBefore, filter.limit],
  );
  return rows.map(({ purchaseId }) => purchaseId);
}

export interface LookBasis {
  /** When its money came in; until then, when it was made. */
  since: Date;
  /** We have taken its money in, be it credited or in suspense. */
  isPaid: boolean;
}

/** What the pauses between looks at a purchase are counted from; undefined if it is nowhere on record. */
export async function findLookBasis(
  db: Queryable,
  purchaseId: string,
): Promise<LookBasis | undefined> {
  const { rows } = await db.query<{ paidAt: Date | null; madeAt: Date | null }>(
    `SELECT coalesce(p.credited_at, s.held_at) AS "paidAt", p.create_sent_at AS "madeAt"
     FROM (SELECT $1::uuid AS id) x LEFT JOIN revio_purchases p ON p.purchase_id = x.id
     LEFT JOIN suspense_payments s ON s.purchase_id = x.id`,
    [purchaseId],
  );
  const since = rows[0]?.paidAt ?? rows[0]?.madeAt;
  return since ? { since, isPaid: rows[0]?.paidAt !== null } : undefined;
}

/** Says when a purchase is read next, wherever it is on record; undefined: never again by itself. */
export async function updateNextLook(
  tx: Tx,
  row: { purchaseId: string; nextLookAt: Date | undefined },
): Promise<void> {
  const values = [row.purchaseId, row.nextLookAt ?? null];
  await tx.query("UPDATE revio_purchases SET next_look_at = $2 WHERE purchase_id = $1", values);
  await tx.query("UPDATE suspense_payments SET next_look_at = $2 WHERE purchase_id = $1", values);
}
