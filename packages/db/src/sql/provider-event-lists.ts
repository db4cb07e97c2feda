import type { Queryable } from "../pool.ts";
import type { DeliveryVerdict, ProviderEventRow } from "./provider-events.ts";

type EventState = ProviderEventRow["state"];

/** A provider event without its body. */
export interface ProviderEventFacts {
  id: string;
  eventType: string;
  objectType: string | null;
  objectId: string | null;
  receivedAt: Date;
  state: EventState;
  /** What acting on it did, in one stable word. */
  outcome: string | null;
  settledAt: Date | null;
  transactionId: string | null;
  transactionReference: string | null;
  transactionKind: string | null;
  /** SHA-256 of the public key that verified it, in hex. */
  keyId: string;
  bodySha256: Buffer;
  /** How often the same bytes came. */
  deliveries: number;
}

const facts = `e.id, e.event_type AS "eventType", e.object_type AS "objectType", e.object_id AS "objectId", e.received_at AS "receivedAt",
  e.state, e.outcome, e.settled_at AS "settledAt", e.transaction_id AS "transactionId", t.reference AS "transactionReference",
  t.kind AS "transactionKind", e.key_id AS "keyId", e.body_sha256 AS "bodySha256",
  (SELECT count(*)::int FROM provider_deliveries d WHERE d.provider_event_id = e.id) AS deliveries`;

export interface ProviderEventFilter {
  state?: EventState | undefined;
  eventType?: string | undefined;
  objectId?: string | undefined;
  transactionId?: string | undefined;
  outcome?: string | undefined;
  /** Inclusive. */
  from?: Date | undefined;
  /** Exclusive. */
  to?: Date | undefined;
}

/** Conditions and their values. `state` stands as a literal, so that the planner may use the indexes of one state. */
function conditionsOf(filter: ProviderEventFilter): { where: string; values: unknown[] } {
  const values: unknown[] = [];
  const is = (sql: string, value: unknown) =>
    value === undefined ? [] : [`${sql} $${values.push(value)}`];
  const conditions = [
    ...is("e.state =", filter.state),
    ...is("e.event_type =", filter.eventType),
    ...is("e.object_id =", filter.objectId),
    ...is("e.transaction_id =", filter.transactionId),
    ...is("e.outcome =", filter.outcome),
    ...is("e.received_at >=", filter.from),
    ...is("e.received_at <", filter.to),
  ];
  return { where: conditions.length === 0 ? "true" : conditions.join(" AND "), values };
}

/** Newest first, after a place in that order. */
export async function findProviderEvents(
  db: Queryable,
  filter: ProviderEventFilter,
  page: { after: { receivedAt: Date; id: string } | undefined; limit: number },
): Promise<ProviderEventFacts[]> {
  const { where, values } = conditionsOf(filter);
  const behind =
    page.after === undefined
      ? "true"
      : `(e.received_at, e.id) < ($${values.push(page.after.receivedAt)}, $${values.push(page.after.id)}::uuid)`;
  // The page first, then what belongs to each of its rows.
  const { rows } = await db.query<ProviderEventFacts>(
    `SELECT ${facts} FROM (
       SELECT * FROM provider_events e WHERE ${where} AND ${behind} ORDER BY e.received_at DESC, e.id DESC LIMIT $${values.push(page.limit)}
     ) e LEFT JOIN transactions t ON t.id = e.transaction_id ORDER BY e.received_at DESC, e.id DESC`,
    values,
  );
  return rows;
}

export async function findProviderEventFacts(
  db: Queryable,
  id: string,
): Promise<ProviderEventFacts | undefined> {
  const { rows } = await db.query<ProviderEventFacts>(
    `SELECT ${facts} FROM provider_events e LEFT JOIN transactions t ON t.id = e.transaction_id WHERE e.id = $1`,
    [id],
  );
  return rows[0];
}

/** All of one object in the order in which they came, at most `limit`. */
export async function findEventsOfObject(
  db: Queryable,
  filter: { objectId: string; limit: number },
): Promise<ProviderEventFacts[]> {
  const { rows } = await db.query<ProviderEventFacts>(
    `SELECT ${facts} FROM provider_events e LEFT JOIN transactions t ON t.id = e.transaction_id
     WHERE e.object_id = $1 ORDER BY e.received_at, e.id LIMIT $2`,
    [filter.objectId, filter.limit],
  );
  return rows;
}

/** What a filter matches, counted no further than `atMost`. */
export async function countProviderEvents(
  db: Queryable,
  filter: ProviderEventFilter,
  atMost: number,
): Promise<{ state: EventState; eventType: string; count: number }[]> {
  const { where, values } = conditionsOf(filter);
  const { rows } = await db.query<{ state: EventState; eventType: string; count: number }>(
    `SELECT m.state, m.event_type AS "eventType", count(*)::int AS count FROM (
       SELECT e.state, e.event_type FROM provider_events e WHERE ${where} ORDER BY e.received_at, e.id LIMIT $${values.push(atMost)}
     ) m GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2`,
    values,
  );
  return rows;
}

export interface ProviderDeliveryFacts {
  id: bigint;
  receivedAt: Date;
  verdict: DeliveryVerdict;
  /** Why the signature did not fit. */
  signatureReason: string | null;
  providerEventId: string | null;
  eventType: string | null;
  objectId: string | null;
  headers: Record<string, string>;
  bodyBytes: number;
  bodySha256: Buffer | null;
  requestId: string | null;
}

const delivery = `d.id, d.received_at AS "receivedAt", d.verdict, d.signature_reason AS "signatureReason",
  d.provider_event_id AS "providerEventId", e.event_type AS "eventType", e.object_id AS "objectId", d.headers, d.body_bytes AS "bodyBytes",
  d.body_sha256 AS "bodySha256", d.request_id AS "requestId"`;

/** Every HTTP delivery, forged ones too, newest first. */
export async function findProviderDeliveries(
  db: Queryable,
  filter: {
    verdict?: DeliveryVerdict | undefined;
    providerEventId?: string | undefined;
    from?: Date | undefined;
    to?: Date | undefined;
    after: { at: Date; sequence: bigint } | undefined;
    limit: number;
  },
): Promise<ProviderDeliveryFacts[]> {
  const { rows } = await db.query<ProviderDeliveryFacts>(
    `SELECT ${delivery} FROM (
       SELECT * FROM provider_deliveries d
       WHERE ($1::text IS NULL OR d.verdict = $1) AND ($2::uuid IS NULL OR d.provider_event_id = $2)
         AND ($3::timestamptz IS NULL OR d.received_at >= $3) AND ($4::timestamptz IS NULL OR d.received_at < $4)
         AND ($5::timestamptz IS NULL OR (d.received_at, d.id) < ($5, $6::bigint))
       ORDER BY d.received_at DESC, d.id DESC LIMIT $7
     ) d LEFT JOIN provider_events e ON e.id = d.provider_event_id ORDER BY d.received_at DESC, d.id DESC`,
    [
      filter.verdict ?? null,
      filter.providerEventId ?? null,
      filter.from ?? null,
      filter.to ?? null,
      filter.after?.at ?? null,
      filter.after?.sequence ?? null,
      filter.limit,
    ],
  );
  return rows;
}

/** When a delivery with this verdict came last; undefined: never. */
export async function findLatestDeliveryAt(
  db: Queryable,
  verdict: DeliveryVerdict,
): Promise<Date | undefined> {
  const { rows } = await db.query<{ at: Date }>(
    "SELECT received_at AS at FROM provider_deliveries WHERE verdict = $1 ORDER BY received_at DESC LIMIT 1",
    [verdict],
  );
  return rows[0]?.at;
}

export interface ProviderEventHealth {
  /** Waiting for their first job, counted no further than asked. */
  waiting: number;
  oldestWaitingAt: Date | null;
  parked: number;
  applied: number;
  ignored: number;
  /** From receiving to settling, in milliseconds, over the newest settled events of the period. */
  latencyP50Ms: number | null;
  latencyP95Ms: number | null;
}

/** How the events since then fare. Each figure is counted no further than `atMost`. */
export async function readProviderEventHealth(
  db: Queryable,
  filter: { since: Date; atMost: number; sample: number },
): Promise<ProviderEventHealth> {
  const counted = (state: EventState) =>
    `(SELECT count(*)::int FROM (SELECT 1 FROM provider_events WHERE state = '${state}' AND received_at >= $1 LIMIT $2) c)`;
  const { rows } = await db.query<ProviderEventHealth>(
    `SELECT (SELECT count(*)::int FROM (SELECT 1 FROM provider_events WHERE state = 'received' LIMIT $2) c) AS waiting,
       (SELECT received_at FROM provider_events WHERE state = 'received' ORDER BY received_at LIMIT 1) AS "oldestWaitingAt",
       ${counted("parked")} AS parked, ${counted("applied")} AS applied, ${counted("ignored")} AS ignored,
       l.p50 AS "latencyP50Ms", l.p95 AS "latencyP95Ms"
     FROM (
       SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY ms) AS p50, percentile_disc(0.95) WITHIN GROUP (ORDER BY ms) AS p95 FROM (
         SELECT (extract(epoch FROM settled_at - received_at) * 1000)::int AS ms FROM provider_events
         WHERE received_at >= $1 AND settled_at IS NOT NULL ORDER BY received_at DESC LIMIT $3
       ) newest
     ) l`,
    [filter.since, filter.atMost, filter.sample],
  );
  return rows[0] as ProviderEventHealth;
}

/** Event types that were ever received, by name. Hops along the index: as fast as there are types, however many events. */
export async function findEventTypes(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ type: string }>(
    `WITH RECURSIVE types AS (
       (SELECT event_type AS type FROM provider_events ORDER BY event_type LIMIT 1)
       UNION ALL
       SELECT (SELECT event_type FROM provider_events WHERE event_type > types.type ORDER BY event_type LIMIT 1) FROM types WHERE type IS NOT NULL
     ) SELECT type FROM types WHERE type IS NOT NULL LIMIT 200`,
  );
  return rows.map(({ type }) => type);
}
