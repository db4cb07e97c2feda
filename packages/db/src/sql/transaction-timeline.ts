import type { Queryable } from "../pool.ts";

export type TimelineKind =
  | "request"
  | "status"
  | "journal_entry"
  | "provider_call"
  | "provider_event"
  | "job"
  | "approval"
  | "break"
  | "operator_action"
  | "note";

export interface TimelineRow {
  /** The row it was read from, and which of its moments: unique within a timeline. */
  id: string;
  at: Date;
  kind: TimelineKind;
  /** Stable word for what happened: 'deposit.completed', 'payout.execute_sent'. */
  what: string;
  actorKind: "user" | "operator" | "system" | "provider";
  actorId: string | null;
  /** In the words of whoever did it. */
  reason: string | null;
  requestId: string | null;
  /** Where the record itself can be seen. */
  noun: string | null;
  nounId: string | null;
  details: Record<string, string | number | boolean | null>;
}

/** Queues whose jobs are about one transaction, by what their payload names. */
const jobsOfTransactions = [
  "deposit.open-checkout",
  "deposit.check",
  "purchase.check",
  "provider-event.apply",
  "withdrawal.submit",
  "withdrawal.check",
];

/**
 * `place` orders what has one and the same moment, cause before effect: what one database transaction writes mostly has.
 * Money is not moved by a status: the journal entry stands before the status that it brings, but after a status that is the first.
 */
const timelineQuery = `
WITH objects AS MATERIALIZED (
  SELECT purchase_id AS id FROM revio_purchases WHERE transaction_id = $1 AND purchase_id IS NOT NULL
  UNION SELECT payout_id FROM revio_payouts WHERE transaction_id = $1 AND payout_id IS NOT NULL
  UNION SELECT purchase_id FROM suspense_payments WHERE transaction_id = $1
), entries AS MATERIALIZED (
  SELECT * FROM journal_entries WHERE transaction_id = $1
), own_breaks AS MATERIALIZED (
  SELECT * FROM breaks WHERE transaction_id = $1
), own_approvals AS MATERIALIZED (
  SELECT * FROM approvals WHERE id IN (
    SELECT id FROM approvals WHERE transaction_id = $1
    UNION SELECT id FROM approvals WHERE break_id IN (SELECT id FROM own_breaks)
    UNION SELECT id FROM approvals WHERE kind = 'adjustment' AND proposal ->> 'transactionId' = $1::text
    UNION SELECT split_part(entry_key, ':', 2)::uuid FROM entries WHERE event = 'adjustment.approved')
), events AS MATERIALIZED (
  SELECT id, event_type, object_id, received_at, state, outcome, settled_at FROM provider_events
  WHERE object_id IN (SELECT id FROM objects)
  UNION SELECT id, event_type, object_id, received_at, state, outcome, settled_at FROM provider_events WHERE transaction_id = $1
), audit AS MATERIALIZED (
  SELECT a.* FROM audit_events a JOIN (
    SELECT 'transaction' AS kind, $1::text AS id
    UNION ALL SELECT 'approval', id::text FROM own_approvals
    UNION ALL SELECT 'break', id::text FROM own_breaks
    UNION ALL SELECT noun, id::text FROM objects CROSS JOIN (VALUES ('purchase'), ('payout')) n (noun)
  ) s ON a.subject_kind = s.kind AND a.subject_id = s.id
), steps AS MATERIALIZED (
  SELECT s.*, a.sequence AS audit_sequence, a.request_id FROM transaction_events s LEFT JOIN LATERAL (
    SELECT * FROM audit a WHERE a.subject_kind = 'transaction' AND a.action = s.cause AND a.created_xid = s.created_xid AND a.details ->> 'to' = s.to_status
    LIMIT 1) a ON true
  WHERE s.transaction_id = $1
), told AS (
  SELECT 'request:' || k.key AS id, k.created_at AS at, 10 AS place, 0::bigint AS turn, 'request' AS kind, k.operation AS what, 'user' AS actor_kind,
    k.actor_id::text AS actor_id, NULL AS reason, (SELECT request_id FROM steps WHERE from_status IS NULL) AS request_id,
    NULL AS noun, NULL AS noun_id, jsonb_build_object('idempotencyKey', k.key, 'answeredAt', k.completed_at) AS details
  FROM idempotency_keys k JOIN transactions t ON t.user_id = k.actor_id AND t.id = k.transaction_id WHERE t.id = $1

  UNION ALL SELECT 'status:' || sequence, occurred_at, CASE WHEN from_status IS NULL THEN 15 ELSE 40 END, sequence, 'status', cause, actor_kind, actor_id,
    NULL, request_id, NULL, NULL, jsonb_build_object('from', from_status, 'to', to_status)
  FROM steps

  UNION ALL SELECT 'journal_entry:' || e.id, e.posted_at, 35, e.sequence, 'journal_entry', e.event, coalesce(a.actor_kind, 'system'), a.actor_id, NULL,
    a.request_id, 'journal_entry', e.id::text, jsonb_build_object('postings', (SELECT count(*) FROM postings p WHERE p.journal_entry_id = e.id))
  FROM entries e LEFT JOIN LATERAL (SELECT * FROM audit a WHERE a.created_xid = e.created_xid ORDER BY a.sequence LIMIT 1) a ON true

  UNION ALL SELECT 'purchase:' || p.id || ':' || m.what, m.at, m.place, p.attempt, 'provider_call', 'purchase.' || m.what, 'system', NULL, NULL, NULL,
    'purchase', p.purchase_id::text, jsonb_build_object('attempt', p.attempt, 'state', p.state, 'objectId', p.purchase_id, 'providerStatus', p.provider_status)
  FROM revio_purchases p CROSS JOIN LATERAL (VALUES ('create_sent', p.create_sent_at, 38), ('last_read', p.last_read_at, 25)) m (what, at, place)
  WHERE p.transaction_id = $1 AND m.at IS NOT NULL

  UNION ALL SELECT 'payout:' || p.id || ':' || m.what, m.at, m.place, p.attempt, 'provider_call', 'payout.' || m.what, 'system', NULL, NULL, NULL,
    'payout', p.payout_id::text, jsonb_build_object('attempt', p.attempt, 'state', p.state, 'objectId', p.payout_id, 'providerStatus', p.provider_status,
      'errorCode', p.error_code)
  FROM revio_payouts p CROSS JOIN LATERAL (VALUES ('create_sent', p.create_sent_at, 38), ('execute_sent', p.execute_sent_at, 39),
    ('last_read', p.last_read_at, 25)) m (what, at, place)
  WHERE p.transaction_id = $1 AND m.at IS NOT NULL

  UNION ALL SELECT 'provider_event:' || e.id || ':' || m.what, m.at, m.place, 0, 'provider_event', m.what, m.actor, NULL, NULL, d.request_id,
    'provider_event', e.id::text, jsonb_build_object('eventType', e.event_type, 'objectId', e.object_id, 'outcome', e.outcome, 'deliveries', d.deliveries)
  FROM events e
  CROSS JOIN LATERAL (SELECT count(*) AS deliveries, min(request_id) AS request_id FROM provider_deliveries d WHERE d.provider_event_id = e.id) d
  CROSS JOIN LATERAL (VALUES ('webhook.received', e.received_at, 20, 'provider'), ('webhook.' || e.state, e.settled_at, 45, 'system')) m (what, at, place, actor)
  WHERE m.at IS NOT NULL

  UNION ALL SELECT 'approval:' || p.id || ':' || m.what, m.at, m.place, 0, 'approval', p.kind || '.' || m.what, m.actor_kind, m.actor_id::text, m.reason,
    coalesce((SELECT a.request_id FROM audit a WHERE (a.subject_kind, a.subject_id) = ('approval', p.id::text) AND a.action LIKE '%.' || m.what
      ORDER BY a.sequence LIMIT 1), (SELECT s.request_id FROM steps s
      WHERE p.kind = 'withdrawal' AND s.cause = 'withdrawal.' || CASE m.what WHEN 'requested' THEN 'created' WHEN 'withdrawn' THEN 'cancelled' ELSE m.what END)),
    'approval', p.id::text, jsonb_build_object('amountMinor', p.amount_minor::text, 'currency', p.currency, 'expiresAt', p.expires_at)
  FROM own_approvals p CROSS JOIN LATERAL (VALUES
    ('requested', p.requested_at, 42, CASE p.kind WHEN 'withdrawal' THEN 'user' ELSE 'operator' END, p.requested_by, p.request_reason),
    (p.state, p.decided_at, 30, CASE WHEN p.decided_by IS NULL THEN 'system' ELSE 'operator' END, p.decided_by, p.reason)) m (what, at, place, actor_kind, actor_id, reason)
  WHERE m.at IS NOT NULL

  UNION ALL SELECT 'break:' || b.id || ':' || m.what, m.at, m.place, 0, 'break', 'break.' || m.what, coalesce(a.actor_kind, 'system'), a.actor_id, NULL,
    a.request_id, 'break', b.id::text, jsonb_build_object('class', b.class, 'severity', b.severity, 'resolution', CASE m.what WHEN 'resolved' THEN b.resolution END)
  FROM own_breaks b CROSS JOIN LATERAL (VALUES ('opened', b.opened_at, 43), ('resolved', b.resolved_at, 44)) m (what, at, place)
  LEFT JOIN LATERAL (SELECT * FROM audit a WHERE (a.subject_kind, a.subject_id) = ('break', b.id::text) AND a.action = 'break.' || m.what
    ORDER BY a.sequence LIMIT 1) a ON true
  WHERE m.at IS NOT NULL

  UNION ALL SELECT 'transaction_note:' || n.id, n.created_at, 60, 0, 'note', 'transaction.noted', 'operator', n.operator_id::text, n.note, a.request_id,
    NULL, NULL, '{}'
  FROM transaction_notes n LEFT JOIN audit a ON a.subject_kind = 'transaction' AND a.action = 'transaction.noted' AND a.details ->> 'noteId' = n.id::text
  WHERE n.transaction_id = $1

  UNION ALL SELECT 'break_note:' || n.id, n.created_at, 60, 0, 'note', 'break.noted', 'operator', n.operator_id::text, n.note, a.request_id,
    'break', n.break_id::text, '{}'
  FROM own_breaks b JOIN break_notes n ON n.break_id = b.id
  LEFT JOIN audit a ON a.subject_kind = 'break' AND a.action = 'break.noted' AND a.details ->> 'noteId' = n.id::text

  -- What is told by a record of its own is not told again as what was written down about it.
  UNION ALL SELECT 'audit:' || a.sequence, a.occurred_at, 31, a.sequence, 'operator_action', a.action, a.actor_kind, a.actor_id, a.details ->> 'reason',
    a.request_id, 'audit_event', a.sequence::text, a.details - 'reason'
  FROM audit a
  WHERE a.subject_kind <> 'approval' AND a.action NOT IN ('transaction.noted', 'break.noted', 'break.opened', 'break.resolved')
    AND NOT (a.subject_kind = 'purchase' AND a.action LIKE 'suspense.%' AND EXISTS (SELECT 1 FROM entries e WHERE e.event = a.action AND e.created_xid = a.created_xid))
    AND NOT EXISTS (SELECT 1 FROM steps s WHERE s.audit_sequence = a.sequence)

  UNION ALL SELECT 'job:' || j.id, j.created_on, 55, 0, 'job', CASE WHEN j.name LIKE '%.dead' THEN 'job.died' ELSE 'job.' || j.state END, 'system', NULL, NULL,
    NULL, 'job', j.id::text, jsonb_build_object('queue', CASE WHEN j.name LIKE '%.dead' THEN left(j.name, -5) ELSE j.name END, 'startAfter', j.start_after,
      'retries', j.retry_count)
  FROM pgboss.job j
  WHERE j.name = ANY ($2::text[]) AND j.state IN ('created', 'retry', 'active')
    AND (j.data ->> 'transactionId' = $1::text OR j.data ->> 'purchaseId' IN (SELECT id::text FROM objects)
      OR j.data ->> 'providerEventId' IN (SELECT id::text FROM events))
)
SELECT id, at, kind, what, actor_kind AS "actorKind", actor_id AS "actorId", reason, request_id AS "requestId", noun, noun_id AS "nounId", details
FROM told ORDER BY at, place, turn, id`;

/**
 * Everything that happened to a transaction, oldest first and cause before effect, one row for each committed effect. Of jobs it
 * knows those that wait, run or have died: what the others did stands there by itself.
 */
export async function readTimeline(db: Queryable, transactionId: string): Promise<TimelineRow[]> {
  const queues = jobsOfTransactions.flatMap((name) => [name, `${name}.dead`]);
  const { rows } = await db.query<TimelineRow>(timelineQuery, [transactionId, queues]);
  return rows;
}
