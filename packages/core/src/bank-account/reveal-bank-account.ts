import { withTransaction } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import type { Context } from "../context.ts";
import { requireOperator } from "../operator/require-operator.ts";
import { checkRateLimit, type RateLimitContext } from "../rate-limit/check-rate-limit.ts";
import { readBankAccount } from "./read-bank-account.ts";

/**
 * Shows an operator the number and holder of a bank account, active or removed, for a reason that is kept. Counted per
 * operator, together with other personal data.
 *
 * @throws DomainError FORBIDDEN, NOT_FOUND, RATE_LIMITED, BUSY; Error if the stored bytes were changed or moved
 */
export async function revealBankAccount(
  ctx: Context & RateLimitContext,
  input: { bankAccountId: string; reason: string },
): Promise<{ accountNumber: string; accountHolder: string }> {
  await requireOperator(ctx, ctx.pool, "users.reveal");
  await checkRateLimit(ctx, "reveal-per-operator", ctx.actor.id);
  return withTransaction(ctx.pool, async (tx) => {
    await requireOperator(ctx, tx, "users.reveal");
    const { id, userId, accountNumber, accountHolder } = await readBankAccount(
      ctx,
      tx,
      input.bankAccountId,
    );
    await recordAuditEvent(ctx, tx, {
      action: "bank_account.revealed",
      subjectKind: "bank_account",
      subjectId: id,
      details: { userId, reason: input.reason },
    });
    return { accountNumber, accountHolder };
  });
}
