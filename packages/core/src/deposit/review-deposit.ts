import type { Tx } from "@revio-wallet/db/with-transaction";
import type { Context } from "../context.ts";
import { invariant } from "../errors.ts";
import { moveTransaction } from "../transaction/move-transaction.ts";
import { mayChange } from "../transaction/transaction-status.ts";
import { lockDeposit } from "./lock-deposit.ts";

/** A person has to look before anything is credited. Does nothing if it is under review, or completed, already. */
export async function reviewDeposit(
  ctx: Context,
  tx: Tx,
  input: { transactionId: string; failureCode: string },
): Promise<void> {
  const deposit = await lockDeposit(tx, input.transactionId);
  invariant(deposit !== undefined, `${input.transactionId} is no deposit`);
  if (!mayChange("deposit", deposit.status, "in_review")) return;
  await moveTransaction(ctx, tx, deposit, {
    to: "in_review",
    cause: `deposit.${input.failureCode}`,
    failureCode: input.failureCode,
  });
}

/** Ends the review of a deposit whose payer has got everything back. Does nothing if it is not under review. */
export async function closeReview(
  ctx: Context,
  tx: Tx,
  input: { transactionId: string; failureCode: string },
): Promise<void> {
  const deposit = await lockDeposit(tx, input.transactionId);
  invariant(deposit !== undefined, `${input.transactionId} is no deposit`);
  if (deposit.status !== "in_review") return;
  await moveTransaction(ctx, tx, deposit, {
    to: "failed",
    cause: `deposit.${input.failureCode}`,
    failureCode: input.failureCode,
  });
}
