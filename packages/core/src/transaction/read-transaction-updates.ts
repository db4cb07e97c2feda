import {
  readTransactionEvents,
  readTransactionEventsEnd,
} from "@revio-wallet/db/sql/read-transaction-events";
import { findTransaction } from "@revio-wallet/db/sql/transactions";
import type { Context } from "../context.ts";
import { DomainError, invariant } from "../errors.ts";
import { toTransaction, type Transaction } from "./transaction.ts";
import type { TransactionStatus } from "./transaction-status.ts";

/** One status change, as a live stream tells it. */
export interface TransactionUpdate {
  /** Durable place in the user's stream: a reader that reconnects resumes after it. */
  id: string;
  /** The status that this change led to; the transaction itself may be further by now. */
  status: TransactionStatus;
  cause: string;
  at: Date;
  transaction: Transaction;
}

/**
 * The user's status changes after a place in their stream, oldest first. Reads only below the oldest database transaction that
 * is still running, so that a change can neither be skipped nor told twice.
 *
 * @throws DomainError INVALID_INPUT for a place that is not ours
 */
export async function readTransactionUpdates(
  ctx: Pick<Context, "pool" | "clock">,
  input: { userId: string; after: string; limit: number },
): Promise<TransactionUpdate[]> {
  const events = await readTransactionEvents(ctx.pool, {
    userId: input.userId,
    ...decodePlace(input.after),
    limit: input.limit,
  });
  const updates: TransactionUpdate[] = [];
  for (const event of events) {
    const transaction = await findTransaction(ctx.pool, event.transactionId);
    invariant(transaction !== undefined, "an event belongs to a transaction");
    updates.push({
      id: encodePlace(event),
      status: event.toStatus as TransactionStatus,
      cause: event.cause,
      at: event.occurredAt,
      transaction: toTransaction(transaction, ctx.clock.now()),
    });
  }
  return updates;
}

/** The place after everything that has happened: where a new stream begins. */
export async function readTransactionUpdatesEnd(
  ctx: Pick<Context, "pool">,
  input: { userId: string },
): Promise<string> {
  return encodePlace(await readTransactionEventsEnd(ctx.pool, input.userId));
}

function encodePlace({ xid, sequence }: { xid: bigint; sequence: bigint }): string {
  return `${xid}-${sequence}`;
}

function decodePlace(place: string): { xid: bigint; sequence: bigint } {
  const match = /^(\d{1,19})-(\d{1,18})$/.exec(place);
  if (match?.[1] === undefined || match[2] === undefined) {
    throw new DomainError("INVALID_INPUT", "The stream position is not one of ours.");
  }
  return { xid: BigInt(match[1]), sequence: BigInt(match[2]) };
}
