import {
  leaseIdempotencyKey,
  leaveIdempotencyKeyToBackground,
  lockUnansweredKeyOf,
} from "@revio-wallet/db/sql/idempotency-keys";
import { findTransaction, type TransactionRow } from "@revio-wallet/db/sql/transactions";
import { type Tx, withTransaction } from "@revio-wallet/db/with-transaction";
import { createDepositOperation, leaseMs } from "../deposit/create-deposit.ts";
import { DomainError } from "../errors.ts";
import type { JobPayloads } from "../jobs.ts";
import { openCheckout } from "./open-checkout.ts";
import type { RevioContext } from "./revio-context.ts";

/**
 * Opens the checkout of a deposit that was taken while Revio could not be reached, and stores the answer for its
 * idempotency key. A deposit that has ended meanwhile is the answer as it stands. Takes the key's lease, so that it
 * does not work beside a request or another run.
 *
 * @throws whatever kept the checkout from opening, so that the job comes again
 */
export async function openDelayedCheckout(
  ctx: RevioContext,
  payload: JobPayloads["deposit.open-checkout"],
): Promise<void> {
  const { transactionId } = payload;
  const deposit = await findTransaction(ctx.pool, transactionId);
  if (deposit?.kind !== "deposit") return;
  const key = await withTransaction(ctx.pool, (tx) => takeKey(ctx, tx, deposit));
  if (key === undefined) return;
  const opened = await openCheckout(ctx, deposit, key).catch(asRefusal);
  if ("deposit" in opened || "refusal" in opened) return;
  await withTransaction(ctx.pool, (tx) => leaveIdempotencyKeyToBackground(tx, key));
  throw opened.error;
}

/** The unanswered key of the deposit, leased to this run; undefined if there is nothing to do, or somebody else does it. */
async function takeKey(ctx: RevioContext, tx: Tx, deposit: TransactionRow) {
  const transactionId = deposit.id;
  const owner = { actorId: deposit.userId, operation: createDepositOperation };
  const row = await lockUnansweredKeyOf(tx, { ...owner, transactionId });
  if (row === undefined) return undefined;
  const now = ctx.clock.now();
  if (row.leasedUntil !== null && row.leasedUntil > now) {
    // Should that request die, nobody else would come back before the sweeper.
    await ctx.enqueue(
      tx,
      "deposit.open-checkout",
      { transactionId },
      { startAfter: row.leasedUntil },
    );
    return undefined;
  }
  const key = { ...owner, key: row.key };
  const leasedUntil = new Date(now.getTime() + leaseMs);
  await leaseIdempotencyKey(tx, key, { leasedUntil, transactionId });
  return key;
}

/** A final refusal is an answer, and stored as such. */
function asRefusal(error: unknown): { refusal: true } {
  if (error instanceof DomainError && error.code === "PROVIDER_REJECTED") return { refusal: true };
  throw error;
}
