import type { Queryable } from "../pool.ts";
import type { Tx } from "../with-transaction.ts";

export interface TransactionNoteRow {
  id: string;
  transactionId: string;
  operatorId: string;
  note: string;
  /** Made once per intent: the same key writes one note per transaction and operator. */
  requestKey: string;
  createdAt: Date;
}

/** False if a note of this operator with this key is there already. */
export async function insertTransactionNote(tx: Tx, row: TransactionNoteRow): Promise<boolean> {
  const { rowCount } = await tx.query(
    `INSERT INTO transaction_notes (id, transaction_id, operator_id, note, request_key, created_at) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (transaction_id, operator_id, request_key) DO NOTHING`,
    [row.id, row.transactionId, row.operatorId, row.note, row.requestKey, row.createdAt],
  );
  return rowCount === 1;
}

export async function findTransactionNote(
  db: Queryable,
  key: Pick<TransactionNoteRow, "transactionId" | "operatorId" | "requestKey">,
): Promise<TransactionNoteRow | undefined> {
  const { rows } = await db.query<TransactionNoteRow>(
    `SELECT id, transaction_id AS "transactionId", operator_id AS "operatorId", note, request_key AS "requestKey", created_at AS "createdAt"
     FROM transaction_notes WHERE transaction_id = $1 AND operator_id = $2 AND request_key = $3`,
    [key.transactionId, key.operatorId, key.requestKey],
  );
  return rows[0];
}
