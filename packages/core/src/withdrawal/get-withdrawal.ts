import { findTransaction } from "@revio-wallet/db/sql/transactions";
import type { Context } from "../context.ts";
import { notFound } from "../errors.ts";
import { toWithdrawal, type Withdrawal } from "./withdrawal.ts";

/** @throws DomainError NOT_FOUND, also for somebody else's */
export async function getWithdrawal(
  ctx: Pick<Context, "pool" | "clock">,
  input: { userId: string; transactionId: string },
): Promise<Withdrawal> {
  const row = await findTransaction(ctx.pool, input.transactionId);
  if (row?.kind !== "withdrawal" || row.userId !== input.userId) throw notFound("withdrawal");
  return toWithdrawal(row, ctx.clock.now());
}
