import {
  findRevioPayouts,
  insertRevioPayout,
  markRevioPayoutExecuteSent,
  type RevioPayoutRow,
} from "@revio-wallet/db/sql/revio-payouts";
import type { TransactionRow } from "@revio-wallet/db/sql/transactions";
import { type Tx, withTransaction } from "@revio-wallet/db/with-transaction";
import { Secret } from "@revio-wallet/revio-client/secret";
import { readBankAccount } from "../bank-account/read-bank-account.ts";
import { invariant } from "../errors.ts";
import type { JobPayloads } from "../jobs.ts";
import { mayLeave, mayLeaveUser } from "../outgoing/may-leave.ts";
import { moveTransaction } from "../transaction/move-transaction.ts";
import { readUserContact } from "../user/read-user-contact.ts";
import { lockWithdrawal } from "../withdrawal/lock-withdrawal.ts";
import { executionUrlPlace, isExecution } from "./adopt-payout.ts";
import { createPayout, doubtCreate, type Payee } from "./create-payout.ts";
import { executePayout } from "./execute-payout.ts";
import { openProviderValue } from "./provider-data-key.ts";
import type { RevioContext } from "./revio-context.ts";

/** What the submit job has to do next with a queued withdrawal. */
type Step =
  | { kind: "create"; attemptId: string; withdrawal: TransactionRow; payee: Payee }
  | { kind: "execute" }
  | { kind: "nothing" };

/** A create without an answer for so long has died; until then the process that sent it may still be waiting. */
const createLeaseMs = 2 * 60_000;

/**
 * Sends a queued withdrawal to Revio, in two steps with a commit before each: create (moves no money) and execute (moves
 * it, once). A crash between any two lines leaves a state from which the next run, or evidence from Revio, goes on.
 *
 * @throws RevioUnavailable while calls are refused unsent; the queue brings the job back when they are not
 */
export async function submitPayout(
  ctx: RevioContext,
  payload: JobPayloads["withdrawal.submit"],
): Promise<void> {
  const { transactionId } = payload;
  // Asked before anything is on record: an outage leaves no attempts behind that were never sent.
  ctx.revio.circuits.assertClosed("payouts.create");
  const step = await withTransaction(ctx.pool, (tx) => nextStep(ctx, tx, transactionId));
  if (step.kind === "nothing") return;
  if (step.kind === "create" && !(await createPayout(ctx, step))) return;
  // A right to execute that is taken while calls are refused would be used up for nothing, and the payout with it.
  ctx.revio.circuits.assertClosed("payouts.execute");
  const ready = await withTransaction(ctx.pool, (tx) => takeExecution(ctx, tx, transactionId));
  if (ready !== undefined) await executePayout(ctx, ready, ready.url);
}

async function nextStep(ctx: RevioContext, tx: Tx, transactionId: string): Promise<Step> {
  const withdrawal = await lockWithdrawal(tx, transactionId);
  if (withdrawal?.status !== "queued") return { kind: "nothing" };
  // Stopped for everybody, or for this user: it stays queued with its reserve; lifting that or the sweeper brings it again.
  // Nothing is on record yet, so nothing will be sent.
  if (!(await mayLeave(tx)) || !(await mayLeaveUser(tx, withdrawal.userId))) {
    return { kind: "nothing" };
  }
  const attempts = await findRevioPayouts(tx, transactionId);
  invariant(!attempts.some(isExecution), `withdrawal ${transactionId} is queued beside a payout`);
  if (attempts.some(({ state }) => state === "created")) return { kind: "execute" };
  const last = attempts.at(-1);
  if (last?.state === "create_sent") {
    const lostAt = new Date(last.createSentAt.getTime() + createLeaseMs);
    if (ctx.clock.now() < lostAt) {
      await ctx.enqueue(tx, "withdrawal.submit", { transactionId }, { startAfter: lostAt });
    } else {
      // A run before this one died between the POST and its answer.
      await doubtCreate(ctx, tx, withdrawal, last.id);
    }
    return { kind: "nothing" };
  }
  invariant(withdrawal.bankAccountId !== null, "a withdrawal has a bank account");
  // All that can fail on our side is done before the intent is on record: what is on record may have been sent.
  const { email } = await readUserContact(ctx, tx, withdrawal.userId);
  const bank = await readBankAccount(ctx, tx, withdrawal.bankAccountId);
  const attemptId = ctx.ids.uuid(ctx.clock.now());
  await insertRevioPayout(tx, { id: attemptId, transactionId, createSentAt: ctx.clock.now() });
  return { kind: "create", attemptId, withdrawal, payee: { email, bank } };
}

/**
 * Commits that we are about to execute, before we do. The user may have cancelled since the payout was created: then it is
 * left unexecuted for ever. While money is stopped, for everybody or for this user, it waits as it is.
 */
async function takeExecution(
  ctx: RevioContext,
  tx: Tx,
  transactionId: string,
): Promise<{ withdrawal: TransactionRow; attempt: RevioPayoutRow; url: Secret } | undefined> {
  const withdrawal = await lockWithdrawal(tx, transactionId);
  if (withdrawal?.status !== "queued") return undefined;
  const attempts = await findRevioPayouts(tx, transactionId);
  const attempt = attempts.findLast(({ state }) => state === "created");
  if (attempt === undefined || !(await mayLeave(tx))) return undefined;
  if (!(await mayLeaveUser(tx, withdrawal.userId))) return undefined;
  // Opened before the right to execute is used up: it cannot be taken twice.
  const url = await openExecutionUrl(ctx, tx, attempt);
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
  return { withdrawal: { ...withdrawal, status: "processing" }, attempt, url };
}

async function openExecutionUrl(
  ctx: RevioContext,
  tx: Tx,
  attempt: RevioPayoutRow,
): Promise<Secret> {
  const { id, executionUrlCiphertext, dataKeyId } = attempt;
  invariant(
    executionUrlCiphertext !== null && dataKeyId !== null,
    "a created payout has its execution URL",
  );
  const place = executionUrlPlace(id);
  const url = await openProviderValue(ctx, tx, dataKeyId, place, executionUrlCiphertext);
  return new Secret(url.toString());
}
