import type { CheckDefinition } from "./check-definition.ts";

/** What people and callers were told, against what happened. */
export const historyCheckDefinitions = {
  /** Each step of a transaction has its audit event, written by the same database transaction. */
  step_unaudited: {
    from: "transaction_events s",
    keys: [{ column: "s.sequence", type: "bigint" }],
    sql: ({ rows }) => `
    SELECT t.kind || ' ' || t.reference || ' ' || s.to_status AS subject, s.cause AS expected, 'no such audit event' AS actual,
           'transaction:' || t.id AS "breakSubject", t.user_id AS "userId", t.id AS "transactionId"
    FROM transaction_events s JOIN transactions t ON t.id = s.transaction_id
    WHERE NOT EXISTS (
        SELECT 1 FROM audit_events a
        WHERE a.subject_kind = 'transaction' AND a.subject_id = s.transaction_id::text AND a.action = s.cause
          AND a.created_xid = s.created_xid AND a.details ->> 'to' = s.to_status
          AND (a.actor_kind, a.actor_id) IS NOT DISTINCT FROM (s.actor_kind, s.actor_id))
      AND ${rows}`,
  },

  /** The answer stored for a money request is about the transaction that it made. */
  answer_untrue: {
    from: "idempotency_keys k",
    keys: [
      { column: "k.actor_id", type: "uuid" },
      { column: "k.operation", type: "text" },
      { column: "k.key", type: "uuid" },
    ],
    sql: ({ rows }) => `
    SELECT k.operation || ' ' || k.key AS subject, coalesce(k.transaction_id::text, 'a transaction') AS expected,
           concat_ws(' ', o.answer ->> 'id', o.answer ->> 'reference', o.answer ->> 'amountMinor', o.answer ->> 'currency') AS actual,
           coalesce('transaction:' || k.transaction_id, 'request:' || k.key) AS "breakSubject",
           coalesce(t.user_id, (SELECT u.id FROM users u WHERE u.id = k.actor_id)) AS "userId", t.id AS "transactionId"
    FROM idempotency_keys k LEFT JOIN transactions t ON t.id = k.transaction_id
    CROSS JOIN LATERAL (SELECT k.response -> 'output' -> 'json' AS answer) o
    WHERE k.operation IN ('deposit.create', 'withdrawal.create') AND o.answer IS NOT NULL
      AND (t.id IS NULL OR t.user_id <> k.actor_id OR k.operation <> t.kind || '.create'
        OR (o.answer ->> 'id', o.answer ->> 'reference', o.answer ->> 'amountMinor', o.answer ->> 'feeMinor', o.answer ->> 'currency')
           IS DISTINCT FROM (t.id::text, t.reference, t.amount_minor::text, t.fee_minor::text, t.currency))
      AND ${rows}`,
  },
} as const satisfies Record<string, CheckDefinition>;
