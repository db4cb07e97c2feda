import { lockBreak } from "@revio-wallet/db/sql/break-queue";
import { findLedgerAccount } from "@revio-wallet/db/sql/find-ledger-account";
import type { Tx } from "@revio-wallet/db/with-transaction";
import type { Context } from "../context.ts";
import { DomainError, notFound } from "../errors.ts";
import { runIdempotently } from "../idempotency/run-idempotently.ts";
import type { LedgerAccountCode } from "../ledger/chart-of-accounts.ts";
import { requireOperator } from "../operator/require-operator.ts";
import { mayAdjustClass } from "../reconciliation/break-actions.ts";
import { changedMeanwhile, checkVersion } from "../reconciliation/changed-meanwhile.ts";
import { fitsSuspense, mayAdjustBetween, parseAccountCode } from "./adjustable-accounts.ts";
import { type Adjustment, readAdjustment } from "./adjustment.ts";
import { expireApprovals } from "./expire-approvals.ts";
import { refusedByDatabase } from "./refused-by-database.ts";
import { requestApproval } from "./request-approval.ts";
import { lockPaymentToRelease } from "./suspense-release.ts";

/** What the maker proposes. */
export interface AdjustmentRequest {
  /** The open break that it is to resolve. */
  breakId?: string | undefined;
  /** Of that break, as the maker saw it: if it is another by now, they are told. */
  breakVersion?: number | undefined;
  debitAccount: string;
  creditAccount: string;
  amountMinor: bigint;
  /** Revio's id of the payment that it takes out of suspense, all of it; for no other correction. */
  suspensePurchaseId?: string | undefined;
  reason: string;
  /** UUID that stands for this one proposal. */
  idempotencyKey: string;
}

/**
 * Proposes a correction of the ledger. Nothing is posted before another operator has approved just this; a day later it
 * is no proposal any more. The same request with the same key again is the same proposal, and gets the same answer.
 *
 * @throws DomainError FORBIDDEN, INVALID_INPUT for accounts that may not be moved, NOT_FOUND, WRONG_STATE if the break is
 *   resolved or has a proposal already, or suspense does not hold just that of the payment, IDEMPOTENCY_KEY_REUSED
 */
export async function requestAdjustment(
  ctx: Context,
  input: AdjustmentRequest,
): Promise<Adjustment> {
  await requireOperator(ctx, ctx.pool, { request: "adjustment" });
  const { idempotencyKey, ...request } = input;
  const { debitAccount, creditAccount, amountMinor } = input;
  const currency = parseAccountCode(debitAccount)?.currency;
  const sides = [debitAccount as LedgerAccountCode, creditAccount as LedgerAccountCode] as const;
  if (currency === undefined || !mayAdjustBetween(...sides) || amountMinor <= 0n) {
    throw new DomainError("INVALID_INPUT", "Nothing may be moved between these two accounts.");
  }
  if (!fitsSuspense(...sides, input.suspensePurchaseId !== undefined)) {
    throw new DomainError(
      "INVALID_INPUT",
      "A correction takes one payment out of suspense and names it; none puts anything in.",
    );
  }
  const named = { operation: "adjustment.request", key: idempotencyKey, input: request };
  const work = async (tx: Tx) => {
    const transactionId = await checkSubjects(ctx, tx, { ...input, currency });
    const { id } = await requestApproval(ctx, tx, {
      kind: "adjustment",
      transactionId: null,
      breakId: input.breakId ?? null,
      proposal: {
        debitAccount,
        creditAccount,
        amountMinor: amountMinor.toString(),
        currency,
        transactionId,
        suspensePurchaseId: input.suspensePurchaseId ?? null,
      },
      amountMinor,
      currency,
      requestReason: input.reason,
    });
    return { output: await readAdjustment(tx, id), transactionId: transactionId ?? undefined };
  };
  return (await refusedByDatabase(() => runIdempotently(ctx, named, work))).output;
}

/** Accounts, payment and break are there; returns the transaction that break or payment is about. */
async function checkSubjects(
  ctx: Context,
  tx: Tx,
  input: AdjustmentRequest & { currency: string },
): Promise<string | null> {
  for (const code of [input.debitAccount, input.creditAccount]) {
    if ((await findLedgerAccount(tx, code)) === undefined) throw notFound("ledger account");
  }
  const { breakId, suspensePurchaseId } = input;
  const payment =
    suspensePurchaseId === undefined
      ? undefined
      : await lockPaymentToRelease(tx, { ...input, suspensePurchaseId });
  const paidFor = payment?.transactionId ?? null;
  if (breakId === undefined) return paidFor;
  const found = await lockBreak(tx, breakId);
  if (found === undefined) throw notFound("break");
  if (found.state !== "open") {
    const told = await changedMeanwhile(tx, breakId);
    throw new DomainError("WRONG_STATE", `This break is resolved. ${told}`);
  }
  await checkVersion(tx, found, input.breakVersion);
  if (!mayAdjustClass(found.class)) {
    throw new DomainError(
      "INVALID_INPUT",
      "A break of this class is not put right by a correction.",
    );
  }
  await expireApprovals(ctx, tx, { breakId });
  return found.transactionId ?? paidFor;
}
