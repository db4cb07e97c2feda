import {
  claimIdempotencyKey,
  type IdempotencyId,
  leaseIdempotencyKey,
} from "@revio-wallet/db/sql/idempotency-keys";
import { lockAccounts } from "@revio-wallet/db/sql/lock-accounts";
import { findTransaction, type TransactionRow } from "@revio-wallet/db/sql/transactions";
import { type Tx, withTransaction } from "@revio-wallet/db/with-transaction";
import type { Context } from "../context.ts";
import { invariant } from "../errors.ts";
import {
  answerOnce,
  fingerprintOf,
  idempotencyId,
  isFinalRefusal,
  readClaimed,
  replay,
  stillInProgress,
  storeRefusal,
} from "../idempotency/run-idempotently.ts";
import { settleCommit, settlesUntil } from "../idempotency/settle-commit.ts";
import { userAccount } from "../ledger/chart-of-accounts.ts";
import type { Currency } from "../money.ts";
import { checkLimits } from "../transaction/check-limits.ts";
import { openTransaction } from "../transaction/open-transaction.ts";
import { type Deposit, toDeposit } from "./deposit.ts";

export interface CreateDepositInput {
  userId: string;
  amountMinor: bigint;
  currency: Currency;
  /** Where the browser goes after the checkout; checked by the API against its list of allowed origins. */
  returnUrl: string | undefined;
  idempotencyKey: string;
}

/** Operation name of the idempotency keys of deposits. */
export const createDepositOperation = "deposit.create";

/** How long a payer has. After that the checkout is closed at Revio too. */
export const depositLifetimeMs = 60 * 60 * 1000;
/** How long one request may work on a key before another may take over: more than the provider's timeout. */
export const leaseMs = 30_000;

/**
 * Either the answer of an earlier request (the stored one, or how the deposit stands while the background opens its
 * checkout), or a deposit whose checkout this request is to open.
 */
export type CreatedDeposit = { answered: Deposit } | { transaction: TransactionRow };

/**
 * Records the intent to deposit, before anything is asked of Revio: transaction and idempotency key commit together.
 * The answer is stored when the checkout is open; until then the key is leased to one request at a time. A final refusal
 * is stored as well, as in runIdempotently.
 *
 * @throws DomainError LIMIT_EXCEEDED, IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_IN_PROGRESS, OUTCOME_UNKNOWN
 */
export async function createDeposit(
  ctx: Context,
  input: CreateDepositInput,
): Promise<CreatedDeposit> {
  const { idempotencyKey, ...request } = input;
  const id = idempotencyId(ctx, { operation: createDepositOperation, key: idempotencyKey });
  const fingerprint = fingerprintOf(request);
  const leasedUntil = new Date(ctx.clock.now().getTime() + leaseMs);
  const until = settlesUntil();
  const run = (isRepeat: boolean) =>
    claimAndOpen(ctx, input, { id, fingerprint, leasedUntil, isRepeat });
  try {
    return await settleCommit(ctx, run, until);
  } catch (error) {
    if (!isFinalRefusal(error)) throw error;
    const refused = { id, fingerprint, refusal: error, until };
    return { answered: await storeRefusal<Deposit>(ctx, refused) };
  }
}

async function claimAndOpen(
  ctx: Context,
  input: CreateDepositInput,
  claim: { id: IdempotencyId; fingerprint: Buffer; leasedUntil: Date; isRepeat: boolean },
): Promise<CreatedDeposit> {
  const { id, fingerprint, leasedUntil } = claim;
  return withTransaction(ctx.pool, async (tx) => {
    const now = ctx.clock.now();
    if (await claimIdempotencyKey(tx, id, { fingerprint, createdAt: now, leasedUntil })) {
      const transaction = await openDeposit(ctx, tx, input);
      await leaseIdempotencyKey(tx, id, { leasedUntil, transactionId: transaction.id });
      return { transaction };
    }
    const row = await readClaimed(tx, id, fingerprint);
    if (row.response !== null) return { answered: replay<Deposit>(row) };
    // A lease of this very request: its COMMIT had succeeded, only the answer was lost.
    const isOwn = claim.isRepeat && row.leasedUntil?.getTime() === leasedUntil.getTime();
    if (row.leasedUntil !== null && row.leasedUntil > now && !isOwn) throw stillInProgress();
    invariant(row.transactionId !== null, "a leased key names its deposit");
    const transaction = await findTransaction(tx, row.transactionId);
    invariant(transaction !== undefined, "a leased key names its deposit");
    // The provider was down, and the background opens the checkout.
    if (row.leasedUntil === null) return { answered: await answerSoFar(ctx, tx, id, transaction) };
    // The first request died: this one carries on with the same deposit.
    await leaseIdempotencyKey(tx, id, { leasedUntil, transactionId: row.transactionId });
    return { transaction };
  });
}

/**
 * How a deposit without a checkout stands, with its key left to the background. One that has ended gets no checkout any more:
 * that is the answer for ever, and stored, so that what happens to the deposit later does not change it.
 */
export async function answerSoFar(
  ctx: Pick<Context, "clock">,
  tx: Tx,
  key: IdempotencyId,
  row: TransactionRow,
): Promise<Deposit> {
  const output = toDeposit(row);
  if (output.isDelayed) return output;
  return answerOnce(ctx, tx, key, { output, transactionId: row.id });
}

async function openDeposit(
  ctx: Context,
  tx: Tx,
  input: CreateDepositInput,
): Promise<TransactionRow> {
  const { userId, amountMinor, currency, returnUrl } = input;
  // Two deposits at once must see each other in the day's limit.
  await lockAccounts(tx, [userAccount(userId, "available", currency)]);
  const limits = await checkLimits(ctx, tx, { userId, kind: "deposit", amountMinor, currency });
  const expiresAt = new Date(ctx.clock.now().getTime() + depositLifetimeMs);
  const transaction = await openTransaction(ctx, tx, {
    userId,
    kind: "deposit",
    status: "created",
    amountMinor,
    feeMinor: limits.feeMinor,
    currency,
    cause: "deposit.created",
    ...(returnUrl === undefined ? {} : { returnUrl }),
    expiresAt,
  });
  // If this process dies before the checkout opens, the check at the end still closes the deposit.
  await ctx.enqueue(
    tx,
    "deposit.check",
    { transactionId: transaction.id, look: 1 },
    { startAfter: new Date(ctx.clock.now().getTime() + 2 * 60_000) },
  );
  return transaction;
}
