import { leaseIdempotencyKey } from "@revio-wallet/db/sql/idempotency-keys";
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
import { RevioError, RevioRejected, RevioUnavailable } from "@revio-wallet/revio-client/errors";
import type { Purchase } from "@revio-wallet/revio-client/purchase";
import { createDepositOperation } from "../deposit/create-deposit.ts";
import { closeDeposit } from "../deposit/close-deposit.ts";
import { type Deposit, toDeposit } from "../deposit/deposit.ts";
import { DomainError, invariant } from "../errors.ts";
import { idempotencyId, storeAnswer } from "../idempotency/run-idempotently.ts";
import { moveTransaction } from "../transaction/move-transaction.ts";
import { readUserContact } from "../user/read-user-contact.ts";
import type { RevioContext } from "./revio-context.ts";

/**
 * Creates the purchase of a deposit at Revio and stores where the user pays, with the answer for the idempotency key.
 *
 * A POST that got no clear answer may have made a purchase. Nobody was shown its address, so a further attempt may make
 * another one; if the first is paid all the same, it is credited to this deposit by its metadata.
 *
 * @throws DomainError PROVIDER_UNAVAILABLE (ask again with the same key), PROVIDER_REJECTED (final)
 */
export async function openCheckout(
  ctx: RevioContext,
  deposit: TransactionRow,
  idempotencyKey: string,
): Promise<Deposit> {
  const attemptId = ctx.ids.uuid(ctx.clock.now());
  const contact = await readUserContact(ctx, ctx.pool, deposit.userId);
  await withTransaction(ctx.pool, (tx) =>
    insertRevioPurchase(tx, {
      id: attemptId,
      transactionId: deposit.id,
      createSentAt: ctx.clock.now(),
    }),
  );
  try {
    const purchase = await ctx.revio.purchases.create(
      purchaseOf(deposit, attemptId, { email: contact.email, fullName: contact.fullName }),
    );
    return await withTransaction(ctx.pool, (tx) =>
      acceptPurchase(ctx, tx, { deposit, attemptId, purchase, idempotencyKey }),
    );
  } catch (error) {
    if (!(error instanceof RevioError)) throw error;
    return recordFailure(ctx, deposit, attemptId, idempotencyKey, error);
  }
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

async function acceptPurchase(
  ctx: RevioContext,
  tx: Tx,
  input: {
    deposit: TransactionRow;
    attemptId: string;
    purchase: Purchase;
    idempotencyKey: string;
  },
): Promise<Deposit> {
  const { attemptId, purchase } = input;
  const locked = await lockTransaction(tx, input.deposit.id);
  invariant(locked !== undefined, "a deposit stays");
  const adopted = await adoptRevioPurchase(tx, { id: attemptId, purchaseId: purchase.id });
  invariant(adopted, `attempt ${attemptId} is tied to another purchase`);
  if (locked.status === "created" && purchase.checkoutUrl !== null) {
    await updateTransactionCheckout(tx, {
      id: locked.id,
      checkoutUrl: purchase.checkoutUrl,
      at: ctx.clock.now(),
    });
    await moveTransaction(ctx, tx, locked, {
      to: "awaiting_payment",
      cause: "deposit.checkout_opened",
    });
  }
  const answer = toDeposit({
    ...locked,
    status: locked.status === "created" ? "awaiting_payment" : locked.status,
    checkoutUrl: purchase.checkoutUrl,
    updatedAt: ctx.clock.now(),
  });
  await storeAnswer(
    ctx,
    tx,
    idempotencyId(ctx, { operation: createDepositOperation, key: input.idempotencyKey }),
    { output: answer },
    locked.id,
  );
  return answer;
}

async function recordFailure(
  ctx: RevioContext,
  deposit: TransactionRow,
  attemptId: string,
  idempotencyKey: string,
  error: RevioError,
): Promise<never> {
  ctx.log.warn(
    { transactionId: deposit.id, code: error.code, httpStatus: error.httpStatus },
    "Revio opened no checkout",
  );
  const id = idempotencyId(ctx, { operation: createDepositOperation, key: idempotencyKey });
  if (error instanceof RevioRejected) {
    const refusal = {
      code: "PROVIDER_REJECTED",
      message: "The payment provider refused this deposit.",
    } as const;
    await withTransaction(ctx.pool, async (tx) => {
      await updateRevioPurchaseState(tx, { id: attemptId, state: "create_rejected" });
      await closeDeposit(ctx, tx, {
        transactionId: deposit.id,
        as: "failed",
        failureCode: "provider_rejected",
      });
      await storeAnswer(ctx, tx, id, { refusal }, deposit.id);
    });
    throw new DomainError(refusal.code, refusal.message);
  }
  await withTransaction(ctx.pool, async (tx) => {
    const state = error instanceof RevioUnavailable ? "not_sent" : "create_unknown";
    await updateRevioPurchaseState(tx, { id: attemptId, state });
    // The lease ends now: the same key may try again at once.
    await leaseIdempotencyKey(tx, id, {
      leasedUntil: ctx.clock.now(),
      transactionId: deposit.id,
    });
  });
  throw new DomainError(
    "PROVIDER_UNAVAILABLE",
    "The payment provider does not answer at the moment. Try again with the same key.",
    { retryAfterMs: 5_000 },
  );
}
