import type { Queryable } from "../pool.ts";

export interface AuditEventRow {
  sequence: bigint;
  occurredAt: Date;
  actorKind: "user" | "operator" | "system" | "provider";
  actorId: string | null;
  /** Of an operator. */
  actorName: string | null;
  /** 'noun.past' */
  action: string;
  subjectKind: string;
  subjectId: string;
  /** Of an operator who is the subject. */
  subjectName: string | null;
  details: Record<string, unknown>;
  requestId: string | null;
}

const columns = `a.sequence, a.occurred_at AS "occurredAt", a.actor_kind AS "actorKind", a.actor_id AS "actorId",
  actor.display_name AS "actorName", a.action, a.subject_kind AS "subjectKind", a.subject_id AS "subjectId",
  subject.display_name AS "subjectName", a.details, a.request_id AS "requestId"`;
const names = `LEFT JOIN operators actor ON a.actor_kind = 'operator' AND actor.id::text = a.actor_id
  LEFT JOIN operators subject ON a.subject_kind = 'operator' AND subject.id::text = a.subject_id`;

export interface AuditFilter {
  actorKind?: AuditEventRow["actorKind"] | undefined;
  actorId?: string | undefined;
  action?: string | undefined;
  subjectKind?: string | undefined;
  subjectId?: string | undefined;
  /** Inclusive. */
  from?: Date | undefined;
  /** Exclusive. */
  to?: Date | undefined;
}

/**
 * Newest first, in the order in which they were written; only those before `before`. A period is turned into the sequences that
 * it has, so that each of the other filters can walk its own index and stop.
 */
export async function findAuditEvents(
  db: Queryable,
  filter: AuditFilter,
  page: { before: bigint | undefined; limit: number },
): Promise<AuditEventRow[]> {
  const bounds = await findSequences(db, filter);
  if (bounds === undefined) return [];
  const values: unknown[] = [];
  const is = (sql: string, value: unknown) =>
    value === undefined ? [] : [`${sql} $${values.push(value)}`];
  const conditions = [
    ...is("a.actor_kind =", filter.actorKind),
    ...is("a.actor_id =", filter.actorId),
    ...is("a.action =", filter.action),
    ...is("a.subject_kind =", filter.subjectKind),
    ...is("a.subject_id =", filter.subjectId),
    ...is("a.sequence >=", bounds.first),
    ...is("a.sequence <=", bounds.last),
    ...is("a.occurred_at >=", filter.from),
    ...is("a.occurred_at <", filter.to),
    ...is("a.sequence <", page.before),
  ];
  const where = conditions.length === 0 ? "true" : conditions.join(" AND ");
  const { rows } = await db.query<AuditEventRow>(
    `SELECT ${columns} FROM (
       SELECT * FROM audit_events a WHERE ${where} ORDER BY a.sequence DESC LIMIT $${values.push(page.limit)}
     ) a ${names} ORDER BY a.sequence DESC`,
    values,
  );
  return rows;
}

/**
 * Which sequences the events of a period have. Events are written nearly in the order of their times: clocks that are further
 * apart start no process, and no database transaction lives that long. Undefined: the period has none.
 */
async function findSequences(
  db: Queryable,
  { from, to }: Pick<AuditFilter, "from" | "to">,
): Promise<{ first: bigint | undefined; last: bigint | undefined } | undefined> {
  // OFFSET 0: else the least sequence is looked for by walking all of them.
  const apart = "interval '10 min'";
  let first: bigint | undefined;
  let last: bigint | undefined;
  if (from !== undefined) {
    const { rows } = await db.query<{ first: bigint | null }>(
      `SELECT min(sequence) AS first FROM (
         SELECT sequence FROM audit_events WHERE occurred_at >= $1 AND occurred_at <=
           (SELECT occurred_at + ${apart} FROM audit_events WHERE occurred_at >= $1 ORDER BY occurred_at LIMIT 1) OFFSET 0
       ) near`,
      [from],
    );
    first = rows[0]?.first ?? undefined;
    if (first === undefined) return undefined;
  }
  if (to !== undefined) {
    const { rows } = await db.query<{ last: bigint | null }>(
      `SELECT max(sequence) AS last FROM (
         SELECT sequence FROM audit_events WHERE occurred_at < $1 AND occurred_at >=
           (SELECT occurred_at - ${apart} FROM audit_events WHERE occurred_at < $1 ORDER BY occurred_at DESC LIMIT 1) OFFSET 0
       ) near`,
      [to],
    );
    last = rows[0]?.last ?? undefined;
    if (last === undefined) return undefined;
  }
  return { first, last };
}

export async function findAuditEvent(
  db: Queryable,
  sequence: bigint,
): Promise<AuditEventRow | undefined> {
  const { rows } = await db.query<AuditEventRow>(
    `SELECT ${columns} FROM audit_events a ${names} WHERE a.sequence = $1`,
    [sequence],
  );
  return rows[0];
}

export interface AuditLinkRow {
  position: bigint;
  chainHash: Buffer;
  chainedAt: Date;
  /** The event is what it was when it was chained, and the link follows from the one before it. */
  holds: boolean;
}

/** The link of an event in the hash chain, checked now; undefined while it is not chained. */
export async function findAuditLink(
  db: Queryable,
  sequence: bigint,
): Promise<AuditLinkRow | undefined> {
  const { rows } = await db.query<AuditLinkRow>(
    `SELECT l.position, l.chain_hash AS "chainHash", l.chained_at AS "chainedAt",
       audit_event_hash(l.item_sequence) IS NOT DISTINCT FROM l.item_hash AND (l.position = 1 OR b.position IS NOT NULL)
         AND sha256(coalesce(b.chain_hash, decode(repeat('00', 32), 'hex')) || l.item_hash) = l.chain_hash AS holds
     FROM chain_links l LEFT JOIN chain_links b ON b.stream = 'audit' AND b.position = l.position - 1
     WHERE l.stream = 'audit' AND l.item_sequence = $1`,
    [sequence],
  );
  return rows[0];
}

/** Every action that is on record, by name. Hops along the index: as fast as there are actions, however many events. */
export async function findAuditActions(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ action: string }>(
    `WITH RECURSIVE actions AS (
       (SELECT action FROM audit_events ORDER BY action LIMIT 1)
       UNION ALL
       SELECT (SELECT action FROM audit_events WHERE action > actions.action ORDER BY action LIMIT 1) FROM actions WHERE action IS NOT NULL
     ) SELECT action FROM actions WHERE action IS NOT NULL LIMIT 500`,
  );
  return rows.map(({ action }) => action);
}

/** Kinds of subjects that are on record, by name. */
export async function findAuditSubjectKinds(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ kind: string }>(
    `WITH RECURSIVE kinds AS (
       (SELECT subject_kind AS kind FROM audit_events ORDER BY subject_kind LIMIT 1)
       UNION ALL
       SELECT (SELECT subject_kind FROM audit_events WHERE subject_kind > kinds.kind ORDER BY subject_kind LIMIT 1) FROM kinds WHERE kind IS NOT NULL
     ) SELECT kind FROM kinds WHERE kind IS NOT NULL LIMIT 500`,
  );
  return rows.map(({ kind }) => kind);
}

/** What looks have found out that Revio announced about an object and never reached us, newest first. */
export async function findMissedWebhooks(
  db: Queryable,
  object: { objectType: string; objectId: string },
): Promise<{ at: Date; count: number; eventTypes: string }[]> {
  const { rows } = await db.query<{ at: Date; count: number; eventTypes: string }>(
    `SELECT occurred_at AS at, (details ->> 'missed')::int AS count, details ->> 'eventTypes' AS "eventTypes"
     FROM audit_events WHERE subject_kind = $1 AND subject_id = $2 AND action = 'webhooks.missed' ORDER BY sequence DESC LIMIT 20`,
    [object.objectType, object.objectId],
  );
  return rows;
}

export interface AuditChainState {
  /** The last event that is chained, and its place in the chain; null before the first. */
  headPosition: bigint | null;
  headSequence: bigint | null;
  headHash: Buffer | null;
  headChainedAt: Date | null;
  /** The newest event. */
  newestSequence: bigint | null;
  /** Where the round under way has come to; null between two rounds. */
  roundPosition: bigint | null;
  roundStartedAt: Date | null;
  lastStepAt: Date | null;
  lastPassStartedAt: Date | null;
  lastPassEndedAt: Date | null;
  lastPassFindings: number | null;
}

export async function readAuditChainState(db: Queryable): Promise<AuditChainState> {
  const { rows } = await db.query<AuditChainState>(
    `SELECT h.position AS "headPosition", h.item_sequence AS "headSequence", h.chain_hash AS "headHash", h.chained_at AS "headChainedAt",
       (SELECT max(sequence) FROM audit_events) AS "newestSequence", (c.cursor ->> 0)::bigint AS "roundPosition",
       c.round_started_at AS "roundStartedAt", c.last_step_at AS "lastStepAt", c.last_pass_started_at AS "lastPassStartedAt",
       c.last_full_pass_at AS "lastPassEndedAt", c.last_pass_findings AS "lastPassFindings"
     FROM (SELECT 1) one
     LEFT JOIN LATERAL (SELECT * FROM chain_links WHERE stream = 'audit' ORDER BY position DESC LIMIT 1) h ON true
     LEFT JOIN integrity_checks c ON c.name = 'audit_chain'`,
  );
  return rows[0] as AuditChainState;
}
