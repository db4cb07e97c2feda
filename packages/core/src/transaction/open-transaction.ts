import { insertTransaction, type TransactionRow } from "@revio-wallet/db/sql/transactions";
import type { Tx } from "@revio-wallet/db/with-transaction";
import type { Context } from "../context.ts";
import type { Currency } from "../money.ts";
import { recordTransactionEvent } from "./move-transaction.ts";
import { transactionReference } from "./transaction-reference.ts";
import type { TransactionKind, TransactionStatus } from "./transaction-status.ts";

/** Inserts a new transaction with its reference, first history event and audit event. */
export async function openTransaction(
  ctx: Pick<Context, "actor" | "clock" | "ids" | "requestId">,
  tx: Tx,
  input: {
    userId: string;
    kind: TransactionKind;
    status: TransactionStatus;
    amountMinor: bigint;
    feeMinor: bigint;
    currency: Currency;
    cause: string;
    relatedTransactionId?: string;
    bankAccountId?: string;
    returnUrl?: string;
    expiresAt?: Date;
  },
): Promise<TransactionRow> {
  const now = ctx.clock.now();
  const id = ctx.ids.uuid(now);
  const transaction: TransactionRow = {
    id,
    userId: input.userId,
    kind: input.kind,
    status: input.status,
    amountMinor: input.amountMinor,
    feeMinor: input.feeMinor,
    currency: input.currency,
    reference: transactionReference(input.kind, id),
    relatedTransactionId: input.relatedTransactionId ?? null,
    bankAccountId: input.bankAccountId ?? null,
    checkoutUrl: null,
    returnUrl: input.returnUrl ?? null,
    expiresAt: input.expiresAt ?? null,
    failureCode: null,
    createdAt: now,
    updatedAt: now,
    completedAt: input.status === "completed" ? now : null,
  };
  await insertTransaction(tx, transaction);
  await recordTransactionEvent(ctx, tx, transaction, {
    from: null,
    to: input.status,
    cause: input.cause,
  });
  return transaction;
}
