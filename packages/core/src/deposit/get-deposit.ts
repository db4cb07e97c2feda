import { findTransaction } from "@revio-wallet/db/sql/transactions";
import type { Context } from "../context.ts";
import { notFound } from "../errors.ts";
import { type Deposit, toDeposit } from "./deposit.ts";

/** @throws DomainError NOT_FOUND, also for somebody else's */
export async function getDeposit(
  ctx: Pick<Context, "pool">,
  input: { userId: string; transactionId: string },
): Promise<Deposit> {
  const row = await findTransaction(ctx.pool, input.transactionId);
  if (row?.kind !== "deposit" || row.userId !== input.userId) throw notFound("deposit");
  return toDeposit(row);
}
