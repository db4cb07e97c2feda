import {
  type IdempotencyId,
  leaseIdempotencyKey,
  leaveIdempotencyKeyToBackground,
} from "@revio-wallet/db/sql/idempotency-keys";
import { lockTransaction, type TransactionRow } from "@revio-wallet/db/sql/transactions";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { RevioInvalidRequest } from "@revio-wallet/revio-client/errors";
import { answerSoFar } from "../deposit/create-deposit.ts";
import type { Deposit } from "../deposit/deposit.ts";
import { invariant } from "../errors.ts";
import type { Unopened } from "./open-checkout.ts";
import type { RevioContext } from "./revio-context.ts";

const soonestMs = 2_000;
/** A payer waits for it, and the deposit lasts an hour: longer than this no wish of Revio's is followed. */
const latestMs = 5 * 60_000;

/**
 * Leaves a deposit without a checkout to the background: the user is told that it takes longer, and no error, because
 * nothing went wrong with the deposit. The key keeps no answer yet: repeats are told how the deposit stands.
 *
 * @throws RevioInvalidRequest for a request that our own schema refuses: a defect, and no later attempt will fare better
 */
export async function delayCheckout(
  ctx: RevioContext,
  deposit: TransactionRow,
  key: IdempotencyId,
  unopened: Unopened,
): Promise<Deposit> {
  const now = ctx.clock.now();
  const transactionId = deposit.id;
  if (unopened.error instanceof RevioInvalidRequest) {
    await withTransaction(ctx.pool, (tx) =>
      leaseIdempotencyKey(tx, key, { leasedUntil: now, transactionId }),
    );
    throw unopened.error;
  }
  return withTransaction(ctx.pool, async (tx) => {
    const row = await lockTransaction(tx, transactionId);
    invariant(row !== undefined, "a deposit stays");
    await leaveIdempotencyKeyToBackground(tx, key);
    if (row.status !== "created") return answerSoFar(ctx, tx, key, row);
    const waitMs = Math.min(Math.max(unopened.retryAfterMs ?? 0, soonestMs), latestMs);
    const startAfter = new Date(now.getTime() + waitMs);
    await ctx.enqueue(tx, "deposit.open-checkout", { transactionId }, { startAfter });
    return answerSoFar(ctx, tx, key, row);
  });
}
