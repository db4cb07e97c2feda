import type { Queryable } from "../pool.ts";
import type { Tx } from "../with-transaction.ts";

export type DeliveryVerdict =
  | "accepted"
  | "duplicate"
  | "invalid_signature"
  | "unreadable"
  | "wrong_mode"
  | "refused";

/** Why a signature did not fit. */
export type SignatureReason =
  | "missing_signature"
  | "malformed_signature"
  | "no_keys"
  | "no_match"
  | "bad_input";

/** Stores a delivery with a valid signature. False if the same bytes were stored before. */
export async function insertProviderEvent(
  tx: Tx,
  row: {
    id: string;
    keyId: string;
    bodySha256: Buffer;
    bodyCiphertext: Buffer;
    dataKeyId: string;
    eventType: string;
    objectType: string | undefined;
    objectId: string | undefined;
    receivedAt: Date;
  },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `INSERT INTO provider_events (id, key_id, body_sha256, body_ciphertext, data_key_id, event_type, object_type, object_id, received_at, state)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'received')
     ON CONFLICT (key_id, body_sha256) DO NOTHING`,
    [
      row.id,
      row.keyId,
      row.bodySha256,
      row.bodyCiphertext,
      row.dataKeyId,
      row.eventType,
      row.objectType ?? null,
      row.objectId ?? null,
      row.receivedAt,
    ],
  );
  return rowCount === 1;
}

export async function findProviderEventId(
  db: Queryable,
  filter: { keyId: string; bodySha256: Buffer },
): Promise<string | undefined> {
  const { rows } = await db.query<{ id: string }>(
    "SELECT id FROM provider_events WHERE key_id = $1 AND body_sha256 = $2",
    [filter.keyId, filter.bodySha256],
  );
  return rows[0]?.id;
}

/** Every delivery leaves a line; without a valid signature it names no event. */
export async function insertProviderDelivery(
  db: Queryable,
  row: {
    receivedAt: Date;
    verdict: DeliveryVerdict;
    signatureReason?: SignatureReason;
    providerEventId: string | undefined;
    headers: Record<string, string>;
    bodyBytes: number;
    bodySha256: Buffer | undefined;
    requestId: string;
  },
): Promise<void> {
  await db.query(
    `INSERT INTO provider_deliveries (received_at, verdict, provider_event_id, headers, body_bytes, body_sha256, request_id, signature_reason)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      row.receivedAt,
      row.verdict,
      row.providerEventId ?? null,
      JSON.stringify(row.headers),
      row.bodyBytes,
      row.bodySha256 ?? null,
      row.requestId,
      row.signatureReason ?? null,
    ],
  );
}

export interface ProviderEventRow {
  id: string;
  eventType: string;
  objectType: string | null;
  objectId: string | null;
  state: "received" | "applied" | "ignored" | "parked";
  bodyCiphertext: Buffer;
  dataKeyId: string;
  receivedAt: Date;
}

export async function findProviderEvent(
  db: Queryable,
  id: string,
): Promise<ProviderEventRow | undefined> {
  const { rows } = await db.query<ProviderEventRow>(
    `SELECT id, event_type AS "eventType", object_type AS "objectType", object_id AS "objectId", state,
            body_ciphertext AS "bodyCiphertext", data_key_id AS "dataKeyId", received_at AS "receivedAt"
     FROM provider_events WHERE id = $1`,
    [id],
  );
  return rows[0];
}

/** Records what applying the event did. False if it was settled before. */
export async function settleProviderEvent(
  tx: Tx,
  row: {
    id: string;
    state: "applied" | "ignored" | "parked";
    outcome: string;
    transactionId: string | undefined;
    settledAt: Date;
  },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `UPDATE provider_events SET state = $2, outcome = $3, transaction_id = $4, settled_at = $5
     WHERE id = $1 AND state = 'received'`,
    [row.id, row.state, row.outcome, row.transactionId ?? null, row.settledAt],
  );
  return rowCount === 1;
}

/** Newest data key that encrypts provider payloads. */
export async function findProviderDataKeyId(db: Queryable): Promise<string | undefined> {
  const { rows } = await db.query<{ id: string }>(
    "SELECT id FROM data_keys WHERE purpose = 'provider' ORDER BY created_at DESC, id DESC LIMIT 1",
  );
  return rows[0]?.id;
}

/** Deliveries with a verdict since then, counted no further than `atMost`. */
export async function countRecentDeliveries(
  db: Queryable,
  filter: { verdict: DeliveryVerdict; since: Date; atMost: number },
): Promise<number> {
  const { rows } = await db.query<{ count: bigint }>(
    `SELECT count(*) AS count FROM (
       SELECT 1 FROM provider_deliveries WHERE verdict = $1 AND received_at > $2 LIMIT $3
     ) AS recent`,
    [filter.verdict, filter.since, filter.atMost],
  );
  return Number(rows[0]?.count ?? 0n);
}

/** How many events of each type have reached us about an object of Revio. */
export async function countReceivedEvents(
  db: Queryable,
  objectId: string,
): Promise<Map<string, number>> {
  const { rows } = await db.query<{ eventType: string; count: bigint }>(
    `SELECT event_type AS "eventType", count(*) AS count FROM provider_events WHERE object_id = $1 GROUP BY event_type`,
    [objectId],
  );
  return new Map(rows.map(({ eventType, count }) => [eventType, Number(count)]));
}

/** Ids of events that no job has settled since before `before`, and for which none was made since `sweptBefore`; oldest first. */
export async function findWaitingProviderEventIds(
  db: Queryable,
  filter: { before: Date; sweptBefore: Date; limit: number },
): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `SELECT id FROM provider_events e WHERE state = 'received' AND received_at < $1
       AND NOT EXISTS (SELECT 1 FROM sweeps s WHERE s.subject_id = e.id AND s.swept_at >= $2)
     ORDER BY received_at LIMIT $3`,
    [filter.before, filter.sweptBefore, filter.limit],
  );
  return rows.map(({ id }) => id);
}

/** Deletes deliveries that had no valid signature and are older than `before`. */
export async function deleteForgedDeliveries(
  db: Queryable,
  filter: { before: Date },
): Promise<number> {
  const { rowCount } = await db.query(
    "DELETE FROM provider_deliveries WHERE verdict = 'invalid_signature' AND received_at < $1",
    [filter.before],
  );
  return rowCount ?? 0;
}
