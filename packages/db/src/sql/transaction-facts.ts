import type { Queryable } from "../pool.ts";
import type { BreakRow } from "./breaks.ts";

/** What stands beside a transaction, for a person who looks into it. No ciphertext, no credentials. */
export interface TransactionFacts {
  user: {
    id: string;
    status: string;
    outgoingFrozenAt: Date | null;
    outgoingFrozenReason: string | null;
  };
  bankAccount: {
    id: string;
    status: string;
    bankName: string;
    branchCode: string;
    accountType: string;
    lastFour: string;
  } | null;
  request: { idempotencyKey: string; at: Date; answeredAt: Date | null } | null;
  attempts: ProviderAttempt[];
  breaks: Pick<BreakRow, "id" | "class" | "severity" | "state" | "openedAt" | "resolvedAt">[];
  approvals: {
    id: string;
    kind: "withdrawal" | "adjustment" | "payout_resolution";
    state: "requested" | "approved" | "rejected" | "withdrawn" | "expired";
    amountMinor: bigint | null;
    currency: string | null;
    requestedBy: string;
    requestedAt: Date;
    requestReason: string | null;
    expiresAt: Date | null;
    decidedBy: string | null;
    decidedAt: Date | null;
    reason: string | null;
  }[];
  suspense: {
    purchaseId: string;
    reason: string;
    amountMinor: bigint;
    refundedMinor: bigint;
    currency: string;
    heldAt: Date;
    releasedAt: Date | null;
  }[];
  /** The deposit that it is a refund or chargeback of, or the other way round; corrections. */
  related: {
    id: string;
    reference: string;
    kind: string;
    status: string;
    amountMinor: bigint;
    currency: string;
    createdAt: Date;
  }[];
  /** When a job will look at it next, of those that wait. */
  nextJob: { queue: string; at: Date } | null;
}

/** One POST that was to create a purchase or payout at Revio, and what came of it. */
export interface ProviderAttempt {
  id: string;
  object: "purchase" | "payout";
  /** Revio's id; null: it was not told, or there is none. */
  objectId: string | null;
  attempt: number;
  state: string;
  providerStatus: string | null;
  errorCode: string | null;
  createSentAt: Date;
  executeSentAt: Date | null;
  lastReadAt: Date | null;
}

const statements = {
  user: `SELECT id, status, outgoing_frozen_at AS "outgoingFrozenAt", outgoing_frozen_reason AS "outgoingFrozenReason" FROM users WHERE id = $1`,
  bankAccount: `SELECT id, status, bank_name AS "bankName", branch_code AS "branchCode", account_type AS "accountType", last_four AS "lastFour"
    FROM bank_accounts WHERE id = $1`,
  request: `SELECT key AS "idempotencyKey", created_at AS at, completed_at AS "answeredAt" FROM idempotency_keys
    WHERE actor_id = $2 AND transaction_id = $1`,
  attempts: `SELECT id, 'purchase' AS object, purchase_id AS "objectId", attempt, state, provider_status AS "providerStatus", NULL AS "errorCode",
      create_sent_at AS "createSentAt", NULL::timestamptz AS "executeSentAt", last_read_at AS "lastReadAt"
    FROM revio_purchases WHERE transaction_id = $1
    UNION ALL SELECT id, 'payout', payout_id, attempt, state, provider_status, error_code, create_sent_at, execute_sent_at, last_read_at
    FROM revio_payouts WHERE transaction_id = $1 ORDER BY attempt`,
  breaks: `SELECT id, class, severity, state, opened_at AS "openedAt", resolved_at AS "resolvedAt" FROM breaks WHERE transaction_id = $1
    ORDER BY opened_at, id`,
  approvals: `SELECT id, kind, state, amount_minor AS "amountMinor", currency, requested_by AS "requestedBy", requested_at AS "requestedAt",
      request_reason AS "requestReason", expires_at AS "expiresAt", decided_by AS "decidedBy", decided_at AS "decidedAt", reason
    FROM approvals WHERE id IN (
      SELECT id FROM approvals WHERE transaction_id = $1
      UNION SELECT a.id FROM approvals a JOIN breaks b ON b.id = a.break_id WHERE b.transaction_id = $1
      UNION SELECT id FROM approvals WHERE kind = 'adjustment' AND proposal ->> 'transactionId' = $1::text)
    ORDER BY requested_at, id`,
  suspense: `SELECT purchase_id AS "purchaseId", reason, amount_minor AS "amountMinor", refunded_minor AS "refundedMinor", currency,
      held_at AS "heldAt", released_at AS "releasedAt" FROM suspense_payments WHERE transaction_id = $1 ORDER BY held_at`,
  related: `SELECT id, reference, kind, status, amount_minor AS "amountMinor", currency, created_at AS "createdAt" FROM transactions
    WHERE related_transaction_id = $1 OR id = $2 ORDER BY created_at, id`,
  nextJob: `SELECT name AS queue, start_after AS at FROM pgboss.job
    WHERE name = ANY ($2::text[]) AND state IN ('created', 'retry') AND data ->> 'transactionId' = $1::text ORDER BY start_after LIMIT 1`,
};

/** Queues whose jobs look at one transaction. */
const lookingQueues = [
  "deposit.open-checkout",
  "deposit.check",
  "withdrawal.submit",
  "withdrawal.check",
];

/** @param transaction one that there is */
export async function readTransactionFacts(
  db: Queryable,
  transaction: {
    id: string;
    userId: string;
    bankAccountId: string | null;
    relatedTransactionId: string | null;
  },
): Promise<TransactionFacts> {
  const { id, userId, bankAccountId, relatedTransactionId } = transaction;
  async function all<Key extends keyof TransactionFacts>(key: Key, values: unknown[] = [id]) {
    type Row =
      NonNullable<TransactionFacts[Key]> extends (infer One)[]
        ? One & object
        : NonNullable<TransactionFacts[Key]>;
    return (await db.query<Row>(statements[key], values)).rows;
  }
  const [user] = await all("user", [userId]);
  if (user === undefined) throw new Error("a transaction has a user");
  const [bankAccount] = await all("bankAccount", [bankAccountId]);
  const [request] = await all("request", [id, userId]);
  const [nextJob] = await all("nextJob", [id, lookingQueues]);
  return {
    user,
    bankAccount: bankAccount ?? null,
    request: request ?? null,
    attempts: await all("attempts"),
    breaks: await all("breaks"),
    approvals: await all("approvals"),
    suspense: await all("suspense"),
    related: await all("related", [id, relatedTransactionId]),
    nextJob: nextJob ?? null,
  };
}
