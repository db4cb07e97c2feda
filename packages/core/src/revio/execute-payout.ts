import {
  lockRevioPayout,
  type RevioPayoutRow,
  updateRevioPayoutState,
} from "@revio-wallet/db/sql/revio-payouts";
import type { TransactionRow } from "@revio-wallet/db/sql/transactions";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import {
  RevioError,
  RevioOutcomeUnknown,
  RevioUnavailable,
} from "@revio-wallet/revio-client/errors";
import type { Payout } from "@revio-wallet/revio-client/payouts";
import type { Secret } from "@revio-wallet/revio-client/secret";
import { invariant } from "../errors.ts";
import { moveTransaction } from "../transaction/move-transaction.ts";
import { lockWithdrawal } from "../withdrawal/lock-withdrawal.ts";
import { releaseWithdrawal } from "../withdrawal/release-withdrawal.ts";
import { logParked } from "./effect.ts";
import { onPayout } from "./on-payout.ts";
import { endDoubt } from "./payout-doubt.ts";
import type { RevioContext } from "./revio-context.ts";

/** Codes with which Revio says that our balance there is too small: wait for money, do not fail the user. */
const shortOfFunds: ReadonlySet<string> = new Set([
  "insufficient_balance",
  "insufficient_funds",
  "payout_balance_insufficient",
]);
const fundsRetryMs = 15 * 60_000;
const notSentRetryMs = 60_000;

interface Execution {
  withdrawal: TransactionRow;
  attempt: RevioPayoutRow;
}

/**
 * POSTs the execution URL, once in the life of a payout; `execute_sent` is committed. Whatever is not a clear yes
 * leaves the reserve where it is. Never throws for Revio: a second run of the job must not come this far again.
 */
export async function executePayout(
  ctx: RevioContext,
  execution: Execution,
  url: Secret,
): Promise<void> {
  try {
    const objectId = execution.attempt.payoutId ?? undefined;
    await ctx.revio.payouts.execute(url, {}, { objectId });
  } catch (error) {
    if (!(error instanceof RevioError)) throw error;
    await resolveExecution(ctx, execution, error);
    return;
  }
  await withTransaction(ctx.pool, (tx) =>
    updateRevioPayoutState(tx, {
      id: execution.attempt.id,
      from: ["execute_sent", "execute_unknown"],
      to: "executing",
    }),
  );
}

async function resolveExecution(
  ctx: RevioContext,
  execution: Execution,
  error: RevioError,
): Promise<void> {
  const { withdrawal, attempt } = execution;
  ctx.log.warn(
    { transactionId: withdrawal.id, code: error.code, httpStatus: error.httpStatus },
    "Revio did not confirm the execution of a payout",
  );
  if (error.effect === "none") {
    // Never left this machine, or the key was refused: certainly not executed. Another payout may be tried.
    const retryAfterMs = error instanceof RevioUnavailable ? notSentRetryMs : fundsRetryMs;
    await giveUpAttempt(ctx, execution, { retryAfterMs });
    return;
  }
  const refusal =
    error instanceof RevioOutcomeUnknown && error.reason === "execution_refused"
      ? error
      : undefined;
  const payout = refusal && (await readBack(ctx, attempt));
  if (refusal === undefined || payout === undefined) {
    await doubtExecution(ctx, execution);
    return;
  }
  if (payout.status !== "initialized") {
    logParked(ctx.log, await withTransaction(ctx.pool, (tx) => onPayout(ctx, tx, payout)));
    return;
  }
  // Revio said no, and shows the payout unexecuted: both agree that no money moved.
  const waits = refusal.errors.some(({ code }) => code !== null && shortOfFunds.has(code));
  await giveUpAttempt(ctx, execution, waits ? { retryAfterMs: fundsRetryMs } : { fail: true });
}

async function readBack(ctx: RevioContext, attempt: RevioPayoutRow): Promise<Payout | undefined> {
  invariant(attempt.payoutId !== null, "a created payout has an id");
  try {
    return await ctx.revio.payouts.get(attempt.payoutId);
  } catch (error) {
    if (error instanceof RevioError) return undefined;
    throw error;
  }
}

/**
 * This payout is never executed again; the withdrawal gets another one later, or ends. Only the process that sent the
 * order may say so: a check may have put it in doubt meanwhile.
 */
async function giveUpAttempt(
  ctx: RevioContext,
  { withdrawal, attempt }: Execution,
  then: { retryAfterMs: number } | { fail: true },
): Promise<void> {
  await withTransaction(ctx.pool, async (tx) => {
    const locked = await lockWithdrawal(tx, withdrawal.id);
    invariant(locked !== undefined, "a withdrawal stays");
    const given = await updateRevioPayoutState(tx, {
      id: attempt.id,
      from: ["execute_sent", "execute_unknown"],
      to: "execute_rejected",
    });
    if (!given || (locked.status !== "processing" && locked.status !== "in_doubt")) return;
    await endDoubt(ctx, tx, locked.id, { resolution: "provider_evidence" });
    if ("fail" in then) {
      await releaseWithdrawal(ctx, tx, locked, { as: "failed", failureCode: "payout_refused" });
      return;
    }
    await moveTransaction(ctx, tx, locked, { to: "queued", cause: "withdrawal.execution_refused" });
    await ctx.enqueue(
      tx,
      "withdrawal.submit",
      { transactionId: locked.id },
      { startAfter: new Date(ctx.clock.now().getTime() + then.retryAfterMs) },
    );
  });
}

/** May have been paid. The reserve stays; only what Revio tells, or two operators, resolve it. */
export async function doubtExecution(
  ctx: RevioContext,
  { withdrawal, attempt }: Execution,
): Promise<void> {
  await withTransaction(ctx.pool, async (tx) => {
    const locked = await lockWithdrawal(tx, withdrawal.id);
    const row = await lockRevioPayout(tx, attempt.id);
    if (locked?.status !== "processing" || row?.state !== "execute_sent") return;
    await updateRevioPayoutState(tx, {
      id: attempt.id,
      from: ["execute_sent"],
      to: "execute_unknown",
    });
    await moveTransaction(ctx, tx, locked, {
      to: "in_doubt",
      cause: "withdrawal.execute_unknown",
    });
  });
}
