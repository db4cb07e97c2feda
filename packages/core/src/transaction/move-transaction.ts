import {
  insertTransactionEvent,
  type TransactionRow,
  updateTransactionStatus,
} from "@revio-wallet/db/sql/transactions";
import type { Tx } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import type { Context } from "../context.ts";
import { invariant } from "../errors.ts";
import { mayChange, type TransactionKind, type TransactionStatus } from "./transaction-status.ts";

/**
 * Moves a locked transaction to another status, with its history and audit event. `cause` is the business event that
 * brings it about ('deposit.completed').
 *
 * @throws InvariantViolation if the status may not follow, or the row was not locked and has moved
 */
export async function moveTransaction(
  ctx: Pick<Context, "actor" | "clock" | "requestId">,
  tx: Tx,
  transaction: TransactionRow,
  change: { to: TransactionStatus; cause: string; failureCode?: string },
): Promise<void> {
  const from = transaction.status;
  invariant(
    mayChange(transaction.kind as TransactionKind, from, change.to),
    `${transaction.kind} ${transaction.id} cannot go from ${from} to ${change.to}`,
  );
  const at = ctx.clock.now();
  const moved = await updateTransactionStatus(tx, {
    id: transaction.id,
    from,
    to: change.to,
    at,
    completed: change.to === "completed",
    failureCode: change.failureCode,
  });
  invariant(moved, `transaction ${transaction.id} moved while it should be locked`);
  await recordTransactionEvent(ctx, tx, transaction, { from, to: change.to, cause: change.cause });
}

/** History and audit event of a status change; `from` is null when the transaction is new. */
export async function recordTransactionEvent(
  ctx: Pick<Context, "actor" | "clock" | "requestId">,
  tx: Tx,
  transaction: TransactionRow,
  change: { from: string | null; to: string; cause: string },
): Promise<void> {
  await insertTransactionEvent(tx, {
    transactionId: transaction.id,
    userId: transaction.userId,
    fromStatus: change.from,
    toStatus: change.to,
    cause: change.cause,
    actorKind: ctx.actor.kind,
    actorId: ctx.actor.id,
    occurredAt: ctx.clock.now(),
  });
  await recordAuditEvent(ctx, tx, {
    action: change.cause,
    subjectKind: "transaction",
    subjectId: transaction.id,
    details: {
      kind: transaction.kind,
      from: change.from,
      to: change.to,
      amountMinor: transaction.amountMinor.toString(),
      currency: transaction.currency,
    },
  });
}
