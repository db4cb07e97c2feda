import type { Queryable } from "../pool.ts";

/** One request that left for Revio. Holds no personal data and no response text. */
export interface ProviderCallRow {
  id: bigint;
  calledAt: Date;
  /** "payouts.execute" */
  operation: string;
  attempt: number;
  /** Revio's id of the purchase or payout, where one is known. */
  objectId: string | null;
  httpStatus: number | null;
  durationMs: number;
  /** "ok", or the stable code of the error. */
  code: string;
  detail: string | null;
  requestId: string | null;
}

export type NewProviderCall = Omit<ProviderCallRow, "id">;

const columns = `id, called_at AS "calledAt", operation, attempt, object_id AS "objectId", http_status AS "httpStatus",
  duration_ms AS "durationMs", code, detail, request_id AS "requestId"`;

/** Several at once; texts are cut to what the table takes. */
export async function insertProviderCalls(
  db: Queryable,
  calls: readonly NewProviderCall[],
): Promise<void> {
  await db.query(
    `INSERT INTO provider_calls (called_at, operation, attempt, object_id, http_status, duration_ms, code, detail, request_id)
     SELECT called_at, left(operation, 64), attempt, object_id, http_status, duration_ms, left(code, 64), left(detail, 200), left(request_id, 128)
     FROM unnest($1::timestamptz[], $2::text[], $3::int[], $4::uuid[], $5::int[], $6::int[], $7::text[], $8::text[], $9::text[])
       AS c (called_at, operation, attempt, object_id, http_status, duration_ms, code, detail, request_id)`,
    [
      calls.map(({ calledAt }) => calledAt),
      calls.map(({ operation }) => operation),
      calls.map(({ attempt }) => attempt),
      calls.map(({ objectId }) => objectId),
      calls.map(({ httpStatus }) => httpStatus),
      calls.map(({ durationMs }) => durationMs),
      calls.map(({ code }) => code),
      calls.map(({ detail }) => detail),
      calls.map(({ requestId }) => requestId),
    ],
  );
}

export interface ProviderCallFilter {
  operation?: string | undefined;
  /** Only these codes. */
  codes?: readonly string[] | undefined;
  objectId?: string | undefined;
  /** Of the purchases and payouts of this transaction. */
  transactionId?: string | undefined;
  requestId?: string | undefined;
  /** Inclusive. */
  from?: Date | undefined;
  /** Exclusive. */
  to?: Date | undefined;
  after: { at: Date; sequence: bigint } | undefined;
  limit: number;
}

/** Newest first. */
export async function findProviderCalls(
  db: Queryable,
  filter: ProviderCallFilter,
): Promise<ProviderCallRow[]> {
  const { rows } = await db.query<ProviderCallRow>(
    `SELECT ${columns} FROM provider_calls
     WHERE ($1::text IS NULL OR operation = $1) AND ($2::text[] IS NULL OR code = ANY ($2)) AND ($3::uuid IS NULL OR object_id = $3)
       AND ($4::uuid IS NULL OR object_id = ANY (ARRAY(
         SELECT purchase_id FROM revio_purchases WHERE transaction_id = $4 AND purchase_id IS NOT NULL
         UNION ALL SELECT payout_id FROM revio_payouts WHERE transaction_id = $4 AND payout_id IS NOT NULL)))
       AND ($5::text IS NULL OR request_id = $5) AND ($6::timestamptz IS NULL OR called_at >= $6) AND ($7::timestamptz IS NULL OR called_at < $7)
       AND ($8::timestamptz IS NULL OR (called_at, id) < ($8, $9::bigint))
     ORDER BY called_at DESC, id DESC LIMIT $10`,
    [
      filter.operation ?? null,
      filter.codes ?? null,
      filter.objectId ?? null,
      filter.transactionId ?? null,
      filter.requestId ?? null,
      filter.from ?? null,
      filter.to ?? null,
      filter.after?.at ?? null,
      filter.after?.sequence ?? null,
      filter.limit,
    ],
  );
  return rows;
}

/** Deletes calls that are older than `before`, at most `limit` at once; how many. */
export async function deleteProviderCalls(
  db: Queryable,
  filter: { before: Date; limit: number },
): Promise<number> {
  const { rowCount } = await db.query(
    `DELETE FROM provider_calls WHERE id IN (SELECT id FROM provider_calls WHERE called_at < $1 ORDER BY called_at LIMIT $2)`,
    [filter.before, filter.limit],
  );
  return rowCount ?? 0;
}
