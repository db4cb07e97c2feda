import type { IdempotencyId } from "@revio-wallet/db/sql/idempotency-keys";
import {
  adoptRevioPurchase,
  insertRevioPurchase,
  updateRevioPurchaseState,
} from "@revio-wallet/db/sql/revio-purchases";
import {
  lockTransaction,
  type TransactionRow,
  updateTransactionCheckout,
} from "@revio-wallet/db/sql/transactions";
import { type Tx, withTransaction } from "@revio-wallet/db/with-transaction";
import {
  RevioError,
  RevioOutcomeUnknown,
  RevioRejected,
  RevioUnavailable,
} from "@revio-wallet/revio-client/errors";
import type { Purchase } from "@revio-wallet/revio-client/purchase";
import { closeDeposit } from "../deposit/close-deposit.ts";
import { type Deposit, toDeposit } from "../deposit/deposit.ts";
import { lockDeposit } from "../deposit/lock-deposit.ts";
import { DomainError, invariant } from "../errors.ts";
import { answerOnce, storeAnswer } from "../idempotency/run-idempotently.ts";
import { moveTransaction } from "../transaction/move-transaction.ts";
import { readUserContact } from "../user/read-user-contact.ts";
import { nextLookAt } from "./next-look.ts";
import type { RevioContext } from "./revio-context.ts";

/** One POST for one deposit. */
interface Attempt {
  id: string;
  deposit: TransactionRow;
  key: IdempotencyId;
}

/** The deposit has no checkout, and may have one later. */
export interface Unopened {
  /** Why; an error of the client, unless Revio made a checkout that is not ours. */
  error: Error;
  retryAfterMs: number | null;
}

/**
 * Creates the purchase of a deposit at Revio and stores where the user pays, with the answer for the idempotency key.
 * Without a clear answer from Revio the deposit stays as it is; the caller sees to it that somebody tries again.
 *
 * A POST that got no clear answer may have made a purchase. Nobody was shown its address, so a further attempt may make
 * another one; if the first is paid all the same, it is credited to this deposit by its metadata.
 *
 * @throws DomainError PROVIDER_REJECTED (final)
 */
export async function openCheckout(
  ctx: RevioContext,
  deposit: TransactionRow,
  key: IdempotencyId,
): Promise<{ deposit: Deposit } | Unopened> {
  const refused = refusedUnsent(ctx);
  if (refused !== undefined) return refused;
  const attempt = { id: ctx.ids.uuid(ctx.clock.now()), deposit, key };
  const { email, fullName } = await readUserContact(ctx, ctx.pool, deposit.userId);
  const ended = await withTransaction(ctx.pool, (tx) => beginAttempt(ctx, tx, attempt));
  if (ended !== undefined) return { deposit: ended };
  let purchase: Purchase;
  try {
    purchase = await ctx.revio.purchases.create(
      purchaseOf(deposit, attempt.id, { email, fullName }),
    );
  } catch (error) {
    if (!(error instanceof RevioError)) throw error;
    return recordFailure(ctx, attempt, error);
  }
  if (purchase.amountMinor !== deposit.amountMinor || purchase.currency !== deposit.currency) {
    // The page would ask for something else than the user does. Nobody is sent there.
    ctx.log.error({ transactionId: deposit.id }, "Revio opened a checkout for another amount");
    await withTransaction(ctx.pool, (tx) => setAttempt(tx, attempt, "create_unknown"));
    return { error: new Error("Revio opened a checkout for another amount"), retryAfterMs: null };
  }
  return {
    deposit: await withTransaction(ctx.pool, (tx) => acceptPurchase(ctx, tx, attempt, purchase)),
  };
}

/** Asked before an attempt is on record: an outage leaves none behind that were never sent. */
function refusedUnsent(ctx: RevioContext): Unopened | undefined {
  try {
    ctx.revio.circuits.assertClosed("purchases.create");
    return undefined;
  } catch (error) {
    if (!(error instanceof RevioUnavailable)) throw error;
    return { error, retryAfterMs: error.retryAfterMs };
  }
}

/**
 * Commits that a POST is about to leave. A deposit that ended meanwhile (a repeated request after a cancellation, or
 * after an earlier attempt was paid) needs no checkout: it is the answer.
 */
async function beginAttempt(
  ctx: RevioContext,
  tx: Tx,
  attempt: Attempt,
): Promise<Deposit | undefined> {
  const locked = await lockDeposit(tx, attempt.deposit.id);
  invariant(locked !== undefined, "a deposit stays");
  if (
    locked.status === "created" &&
    locked.expiresAt !== null &&
    locked.expiresAt > ctx.clock.now()
  ) {
    await insertRevioPurchase(tx, {
      id: attempt.id,
      transactionId: locked.id,
      createSentAt: ctx.clock.now(),
    });
    return undefined;
  }
  await closeDeposit(ctx, tx, { transactionId: locked.id, as: "expired" });
  const now = await lockTransaction(tx, locked.id);
  invariant(now !== undefined, "a deposit stays");
  return answer(ctx, tx, attempt, now);
}

function purchaseOf(
  deposit: TransactionRow,
  attemptId: string,
  client: { email: string; fullName: string },
) {
  invariant(deposit.expiresAt !== null, "a deposit has an end");
  return {
    client,
    currency: deposit.currency,
    products: [{ name: "Wallet deposit", priceMinor: deposit.amountMinor }],
    reference: deposit.reference,
    // Comes back in every webhook: ties a purchase to the attempt that made it, also when the answer was lost.
    metadata: { transactionId: deposit.id, attemptId },
    due: deposit.expiresAt,
    dueStrict: true,
    creatorAgent: "revio-wallet",
    ...(deposit.returnUrl === null
      ? {}
      : {
          successRedirect: deposit.returnUrl,
          failureRedirect: deposit.returnUrl,
          cancelRedirect: deposit.returnUrl,
        }),
  };
}

/**
 * The purchase is there: its address is what the user gets, unless the deposit went on without it (paid by webhook
 * already, cancelled, or opened by a request that took over). One address is ever shown.
 */
async function acceptPurchase(
  ctx: RevioContext,
  tx: Tx,
  attempt: Attempt,
  purchase: Purchase,
): Promise<Deposit> {
  const locked = await lockDeposit(tx, attempt.deposit.id);
  invariant(locked !== undefined, "a deposit stays");
  const at = ctx.clock.now();
  const adopted = await adoptRevioPurchase(tx, {
    id: attempt.id,
    purchaseId: purchase.id,
    nextLookAt: nextLookAt({ since: at, isPaid: false }, at),
  });
  invariant(adopted, `attempt ${attempt.id} is tied to another purchase`);
  if (locked.status === "created") {
    invariant(purchase.checkoutUrl !== null, "a new purchase has a checkout");
    const { checkoutUrl } = purchase;
    await updateTransactionCheckout(tx, { id: locked.id, checkoutUrl, at });
    await moveTransaction(ctx, tx, locked, {
      to: "awaiting_payment",
      cause: "deposit.checkout_opened",
    });
  }
  const now = await lockTransaction(tx, locked.id);
  invariant(now !== undefined, "a deposit stays");
  return answer(ctx, tx, attempt, now);
}

/** Stores and gives what this and every later request with the key is answered. */
async function answer(
  ctx: RevioContext,
  tx: Tx,
  attempt: Attempt,
  row: TransactionRow,
): Promise<Deposit> {
  return answerOnce(ctx, tx, attempt.key, { output: toDeposit(row), transactionId: row.id });
}

async function recordFailure(
  ctx: RevioContext,
  attempt: Attempt,
  error: RevioError,
): Promise<Unopened> {
  const { deposit } = attempt;
  ctx.log.warn(
    { transactionId: deposit.id, code: error.code, httpStatus: error.httpStatus },
    "Revio opened no checkout",
  );
  if (error instanceof RevioRejected) {
    const refusal = {
      code: "PROVIDER_REJECTED",
      message: "The payment provider refused this deposit.",
    } as const;
    await withTransaction(ctx.pool, async (tx) => {
      await lockDeposit(tx, deposit.id);
      await setAttempt(tx, attempt, "create_rejected");
      await closeDeposit(ctx, tx, {
        transactionId: deposit.id,
        as: "failed",
        failureCode: "provider_rejected",
      });
      await storeAnswer(ctx, tx, attempt.key, { refusal }, deposit.id);
    });
    throw new DomainError(refusal.code, refusal.message);
  }
  await withTransaction(ctx.pool, (tx) =>
    setAttempt(tx, attempt, error.effect === "none" ? "not_sent" : "create_unknown"),
  );
  const retryAfterMs = retryAfterOf(error);
  return { error, retryAfterMs };
}

async function setAttempt(
  tx: Tx,
  attempt: Attempt,
  state: "not_sent" | "create_unknown" | "create_rejected",
): Promise<void> {
  await updateRevioPurchaseState(tx, { id: attempt.id, state });
}

function retryAfterOf(error: RevioError): number | null {
  return error instanceof RevioUnavailable || error instanceof RevioOutcomeUnknown
    ? error.retryAfterMs
    : null;
}
