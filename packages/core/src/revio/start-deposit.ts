import { createDeposit, type CreateDepositInput } from "../deposit/create-deposit.ts";
import type { Deposit } from "../deposit/deposit.ts";
import { openCheckout } from "./open-checkout.ts";
import type { RevioContext } from "./revio-context.ts";

/**
 * A user asks to pay in: records the intent, then opens the checkout at Revio. The same key again gives the same answer;
 * after a crash or an outage in between it carries on with the same deposit.
 *
 * @throws DomainError of createDeposit and openCheckout
 */
export async function startDeposit(
  ctx: RevioContext,
  input: CreateDepositInput,
): Promise<{ deposit: Deposit; replayed: boolean }> {
  const created = await createDeposit(ctx, input);
  if ("answered" in created) return { deposit: created.answered, replayed: true };
  const deposit = await openCheckout(ctx, created.transaction, input.idempotencyKey);
  return { deposit, replayed: false };
}
