import {
  createDeposit,
  type CreateDepositInput,
  createDepositOperation,
} from "../deposit/create-deposit.ts";
import type { Deposit } from "../deposit/deposit.ts";
import { idempotencyId } from "../idempotency/run-idempotently.ts";
import { delayCheckout } from "./delay-checkout.ts";
import { openCheckout } from "./open-checkout.ts";
import type { RevioContext } from "./revio-context.ts";

/**
 * A user asks to pay in: records the intent, then opens the checkout at Revio. The same key again gives the same answer;
 * after a crash in between it carries on with the same deposit. While Revio cannot be reached the answer is the deposit
 * without a checkout, `isDelayed`: a job opens it later, and the same key then answers with it.
 *
 * @throws DomainError of createDeposit and openCheckout
 */
export async function startDeposit(
  ctx: RevioContext,
  input: CreateDepositInput,
): Promise<{ deposit: Deposit; replayed: boolean }> {
  const created = await createDeposit(ctx, input);
  if ("answered" in created) return { deposit: created.answered, replayed: true };
  const key = idempotencyId(ctx, {
    operation: createDepositOperation,
    key: input.idempotencyKey,
  });
  const opened = await openCheckout(ctx, created.transaction, key);
  if ("deposit" in opened) return { deposit: opened.deposit, replayed: false };
  const delayed = await delayCheckout(ctx, created.transaction, key, opened);
  return { deposit: delayed, replayed: false };
}
