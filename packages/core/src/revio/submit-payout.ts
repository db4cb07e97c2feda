import {
  findRevioPayouts,
  insertRevioPayout,
  markRevioPayoutExecuteSent,
  type RevioPayoutRow,
  updateRevioPayoutState,
} from "@revio-wallet/db/sql/revio-payouts";
import { lockUserState } from "@revio-wallet/db/sql/lock-user-state";
import type { TransactionRow } from "@revio-wallet/db/sql/transactions";
import { type Tx, withTransaction } from "@revio-wallet/db/with-transaction";
import { RevioError, RevioRejected } from "@revio-wallet/revio-client/errors";
import { readBankAccount } from "../bank-account/read-bank-account.ts";
import { invariant } from "../errors.ts";
import type { JobPayloads } from "../jobs.ts";
import { moveTransaction } from "../transaction/move-transaction.ts";
import { readUserContact } from "../user/read-user-contact.ts";
import { lockWithdrawal } from "../withdrawal/lock-withdrawal.ts";
import { releaseWithdrawal } from "../withdrawal/release-withdrawal.ts";
import { executePayout } from "./execute-payout.ts";
import { adoptPayout } from "./on-payout.ts";
import type { RevioContext } from "./revio-context.ts";

/** What the submit job has to do next with a queued withdrawal. */
type Step =
  | { kind: "create"; attemptId: string; withdrawal: TransactionRow }
  | { kind: "execute"; attempt: RevioPayoutRow; withdrawal: TransactionRow }
  | { kind: "nothing" };

/**
 * Sends a queued withdrawal to Revio, in two steps with a commit before each: create (moves no money) and execute (moves
 * it, once). A crash between any two lines leaves a state from which the next run, or evidence from Revio, goes on.
 */
export async function submitPayout(
  ctx: RevioContext,
  payload: JobPayloads["withdrawal.submit"],
): Promise<void> {
  const { transactionId } = payload;
  const step = await withTransaction(ctx.pool, (tx) => nextStep(ctx, tx, transactionId));
  if (step.kind === "nothing") return;
  if (step.kind === "create" && !(await createPayout(ctx, step))) return;
  const ready = await withTransaction(ctx.pool, (tx) => takeExecution(ctx, tx, transactionId));
  if (ready !== undefined) await executePayout(ctx, ready);
}

async function nextStep(ctx: RevioContext, tx: Tx, transactionId: string): Promise<Step> {
  const withdrawal = await lockWithdrawal(tx, transactionId);
  if (withdrawal?.status !== "queued") return { kind: "nothing" };
  const last = (await findRevioPayouts(tx, transactionId)).at(-1);
  if (last?.state === "created") return { kind: "execute", attempt: last, withdrawal };
  if (last?.state === "create_sent") {
    // A run before this one died between the POST and its answer.
    await doubtCreate(ctx, tx, withdrawal, last.id);
    return { kind: "nothing" };
  }
  invariant(
    last === undefined || ["not_sent", "execute_rejected", "create_rejected"].includes(last.state),
    `withdrawal ${transactionId} is queued beside a payout in ${last?.state}`,
  );
  const attemptId = ctx.ids.uuid(ctx.clock.now());
  await insertRevioPayout(tx, { id: attemptId, transactionId, createSentAt: ctx.clock.now() });
  return { kind: "create", attemptId, withdrawal };
}

/** True once Revio has the payout. Throws if nothing was sent, so that the job is tried again. */
async function createPayout(
  ctx: RevioContext,
  { attemptId, withdrawal }: { attemptId: string; withdrawal: TransactionRow },
): Promise<boolean> {
  invariant(withdrawal.bankAccountId !== null, "a withdrawal has a bank account");
  const contact = await readUserContact(ctx, ctx.pool, withdrawal.userId);
  const bank = await readBankAccount(ctx, ctx.pool, withdrawal.bankAccountId);
  try {
    const payout = await ctx.revio.payouts.create({
      amountMinor: withdrawal.amountMinor,
      currency: withdrawal.currency,
      description: `Withdrawal ${withdrawal.reference}`,
      client: {
        email: contact.email,
        fullName: bank.accountHolder,
        country: "ZA",
        bankAccount: bank.accountNumber,
        bankCode: bank.branchCode,
      },
      reference: withdrawal.reference,
      senderName: ctx.revioSettings.senderName,
      ...(ctx.revioSettings.payoutMethod === undefined
        ? {}
        : { payoutMethodWhitelist: [ctx.revioSettings.payoutMethod] }),
    });
    await withTransaction(ctx.pool, (tx) => adoptPayout(ctx, tx, attemptId, payout));
    return true;
  } catch (error) {
    if (!(error instanceof RevioError)) throw error;
    await recordCreateFailure(ctx, withdrawal.id, attemptId, error);
    return false;
  }
}

async function recordCreateFailure(
  ctx: RevioContext,
  transactionId: string,
  attemptId: string,
  error: RevioError,
): Promise<void> {
  ctx.log.warn(
    { transactionId, code: error.code, httpStatus: error.httpStatus },
    "Revio created no payout",
  );
  await withTransaction(ctx.pool, async (tx) => {
    const withdrawal = await lockWithdrawal(tx, transactionId);
    invariant(withdrawal !== undefined, "a withdrawal stays");
    if (error instanceof RevioRejected) {
      await setState(tx, attemptId, "create_rejected");
      if (withdrawal.status !== "queued") return;
      await releaseWithdrawal(ctx, tx, withdrawal, {
        as: "failed",
        failureCode: "provider_rejected",
      });
    } else if (error.effect === "unknown" && withdrawal.status === "queued") {
      await doubtCreate(ctx, tx, withdrawal, attemptId);
    } else if (error.effect === "none") {
      await setState(tx, attemptId, "not_sent");
    }
  });
  // Not sent, or the key was refused: nothing is wrong with this withdrawal, the job comes again.
  if (error.effect === "none" && !(error instanceof RevioRejected)) throw error;
}

async function setState(
  tx: Tx,
  id: string,
  to: "create_rejected" | "create_unknown" | "not_sent",
): Promise<void> {
  await updateRevioPayoutState(tx, { id, from: ["create_sent"], to });
}

/** A payout may exist, unexecuted. The reserve stays; a webhook or a person resolves it. */
async function doubtCreate(
  ctx: RevioContext,
  tx: Tx,
  withdrawal: TransactionRow,
  attemptId: string,
): Promise<void> {
  await setState(tx, attemptId, "create_unknown");
  await moveTransaction(ctx, tx, withdrawal, {
    to: "in_doubt",
    cause: "withdrawal.create_unknown",
  });
}

/**
 * Commits that we are about to execute, before we do. The user may have cancelled, or an operator frozen the
 * account, since the payout was created: then the payout is left unexecuted for ever.
 */
async function takeExecution(
  ctx: RevioContext,
  tx: Tx,
  transactionId: string,
): Promise<{ withdrawal: TransactionRow; attempt: RevioPayoutRow } | undefined> {
  const withdrawal = await lockWithdrawal(tx, transactionId);
  if (withdrawal?.status !== "queued") return undefined;
  const attempt = (await findRevioPayouts(tx, transactionId)).at(-1);
  if (attempt?.state !== "created") return undefined;
  const user = await lockUserState(tx, withdrawal.userId);
  if (user?.status !== "active" || user.outgoingFrozenAt !== null) {
    await releaseWithdrawal(ctx, tx, withdrawal, {
      as: "failed",
      failureCode: "outgoing_frozen",
    });
    return undefined;
  }
  const taken = await markRevioPayoutExecuteSent(tx, {
    id: attempt.id,
    executeSentAt: ctx.clock.now(),
  });
  invariant(taken, "a locked, created payout can be taken");
  await moveTransaction(ctx, tx, withdrawal, { to: "processing", cause: "withdrawal.executing" });
  // Whatever happens to this process now, somebody asks Revio how it went.
  await ctx.enqueue(
    tx,
    "withdrawal.check",
    { transactionId, look: 1 },
    { startAfter: new Date(ctx.clock.now().getTime() + 60_000) },
  );
  return { withdrawal: { ...withdrawal, status: "processing" }, attempt };
}
