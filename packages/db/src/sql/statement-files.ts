import type { Queryable } from "../pool.ts";
import type { Tx } from "../with-transaction.ts";

/** One piece of a statement file, compressed and encrypted. */
export interface StatementChunkRow {
  chunkNo: number;
  bytesCiphertext: Buffer;
  dataKeyId: string;
}

export async function insertStatementChunk(
  tx: Tx,
  row: StatementChunkRow & { runId: string; download: number },
): Promise<void> {
  await tx.query(
    `INSERT INTO statement_chunks (run_id, download, chunk_no, bytes_ciphertext, data_key_id) VALUES ($1, $2, $3, $4, $5)`,
    [row.runId, row.download, row.chunkNo, row.bytesCiphertext, row.dataKeyId],
  );
}

export async function findStatementChunk(
  db: Queryable,
  key: { runId: string; download: number; chunkNo: number },
): Promise<StatementChunkRow | undefined> {
  const { rows } = await db.query<StatementChunkRow>(
    `SELECT chunk_no AS "chunkNo", bytes_ciphertext AS "bytesCiphertext", data_key_id AS "dataKeyId"
     FROM statement_chunks WHERE run_id = $1 AND download = $2 AND chunk_no = $3`,
    [key.runId, key.download, key.chunkNo],
  );
  return rows[0];
}

/** A line of a statement file as it was read. Amounts in minor units. */
export interface StatementLineRow {
  lineNo: bigint;
  product: string;
  objectId: string;
  relatedTo: string;
  reference: string;
  status: string;
  currency: string;
  /** Money that left us; amounts have no sign of their own. */
  isOutgoing: boolean;
  amountMinor: bigint;
  feeMinor: bigint;
  occurredAt: Date;
}

export async function insertStatementLines(
  tx: Tx,
  runId: string,
  lines: StatementLineRow[],
): Promise<void> {
  const column = <Value>(read: (line: StatementLineRow) => Value) => lines.map(read);
  await tx.query(
    `INSERT INTO statement_lines (run_id, line_no, product, object_id, related_to, reference, status, currency, is_outgoing, amount_minor, fee_minor, occurred_at)
     SELECT $1, * FROM unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::boolean[], $10::bigint[], $11::bigint[], $12::timestamptz[])`,
    [
      runId,
      column(({ lineNo }) => lineNo),
      column(({ product }) => product),
      column(({ objectId }) => objectId),
      column(({ relatedTo }) => relatedTo),
      column(({ reference }) => reference),
      column(({ status }) => status),
      column(({ currency }) => currency),
      column(({ isOutgoing }) => isOutgoing),
      column(({ amountMinor }) => amountMinor),
      column(({ feeMinor }) => feeMinor),
      column(({ occurredAt }) => occurredAt),
    ],
  );
}

/** What a file adds up to in one currency, money in less money out, beside what it says itself that it does. */
export interface StatementTotals {
  currency: string;
  summedMinor: bigint;
  summedFeeMinor: bigint;
  /** Null: the file has no total for this currency. */
  statedMinor: bigint | null;
  statedFeeMinor: bigint | null;
}

export async function sumStatementLines(db: Queryable, runId: string): Promise<StatementTotals[]> {
  const { rows } = await db.query<Record<keyof StatementTotals, string>>(
    `SELECT currency,
       coalesce(sum(CASE WHEN is_outgoing THEN -amount_minor ELSE amount_minor END) FILTER (WHERE product <> 'total'), 0) AS "summedMinor",
       coalesce(sum(fee_minor) FILTER (WHERE product <> 'total'), 0) AS "summedFeeMinor",
       sum(amount_minor) FILTER (WHERE product = 'total') AS "statedMinor",
       sum(fee_minor) FILTER (WHERE product = 'total') AS "statedFeeMinor"
     FROM statement_lines WHERE run_id = $1 GROUP BY currency ORDER BY currency`,
    [runId],
  );
  const orNull = (sum: string | null) => (sum === null ? null : BigInt(sum));
  return rows.map((row) => ({
    currency: row.currency,
    summedMinor: BigInt(row.summedMinor),
    summedFeeMinor: BigInt(row.summedFeeMinor),
    statedMinor: orNull(row.statedMinor),
    statedFeeMinor: orNull(row.statedFeeMinor),
  }));
}
