import type { Tx } from "@revio-wallet/db/with-transaction";

/** Every background job by name, with its payload: ids only, never personal data. */
export interface JobPayloads {
  /** Read the object of a stored provider event back from Revio and act on it. */
  "provider-event.apply": { providerEventId: string };
  /** Process an event again, as an operator asked. */
  "provider-event.replay": { replayId: string };
  /** Open the checkout of a deposit that was taken while Revio could not be reached. */
  "deposit.open-checkout": { transactionId: string };
  /** Ask Revio how an unpaid deposit stands: missed webhooks, silent expiry. */
  "deposit.check": { transactionId: string; look: number };
  /** Read a paid or an unknown purchase again: refunds and disputes whose webhook was lost, money that nobody owns. */
  "purchase.check": { purchaseId: string };
  /** Create and execute the payout of a withdrawal. */
  "withdrawal.submit": { transactionId: string };
  /** Ask Revio how a payout under way stands. */
  "withdrawal.check": { transactionId: string; look: number };
  /** Make jobs anew for what the tables say is unfinished. */
  "transaction.sweep": Record<string, never>;
  /** Sum the grown tails of house accounts into checkpoints. */
  "ledger.fold-checkpoints": Record<string, never>;
  /** Extend the hash chains over the journal and the audit trail. */
  "ledger.chain": Record<string, never>;
  /** One step of every integrity check. */
  "integrity.step": Record<string, never>;
  /** Every integrity check over everything. */
  "integrity.verify": Record<string, never>;
  /** Certify each business day that is over. */
  "day.close": Record<string, never>;
  /** Forget deliveries without a valid signature after their time. */
  "provider-delivery.purge": Record<string, never>;
  /** Forget what was sent to Revio after its time. */
  "provider-call.purge": Record<string, never>;
  /** Ask for yesterday's reconciliation runs, and for those that were missed. */
  "reconciliation.request-daily": Record<string, never>;
  /** Go on with a reconciliation run. */
  "reconciliation.run": { runId: string };
}
export type JobName = keyof JobPayloads;

/**
 * Adds a job in the given database transaction: it exists if and only if that commits. A job is a hint; the state in our
 * tables is the truth, and every handler may run twice.
 */
export type Enqueue = <Name extends JobName>(
  tx: Tx,
  name: Name,
  payload: JobPayloads[Name],
  options?: { startAfter?: Date },
) => Promise<void>;
