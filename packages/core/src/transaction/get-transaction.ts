import type { Context } from "../context.ts";
import { notFound } from "../errors.ts";
import { toTransaction, type Transaction } from "./transaction.ts";
import type { TransactionStatus } from "./transaction-status.ts";

/** One step in the life of a transaction. */
export interface TimelineStep {
  status: TransactionStatus;
  /** Stable word for what brought it about: 'deposit.completed'. */
  cause: string;
  at: Date;
}

/**
 * One transaction of a user with its timeline, oldest step first.
 *
 * @throws DomainError NOT_FOUND, also for somebody else's
 */
export async function getTransaction(
  ctx: Pick<Context, "reader" | "clock">,
  input: { userId: string; transactionId: string },
): Promise<Transaction & { timeline: TimelineStep[] }> {
  const row = await ctx.reader.transaction.findFirst({
    where: { id: input.transactionId, userId: input.userId },
  });
  if (row === null) throw notFound("transaction");
  const events = await ctx.reader.transactionEvent.findMany({
    where: { transactionId: row.id },
    orderBy: { sequence: "asc" },
  });
  return {
    ...toTransaction(row, ctx.clock.now()),
    timeline: events.map((event) => ({
      status: event.toStatus as TransactionStatus,
      cause: event.cause,
      at: event.occurredAt,
    })),
  };
}
