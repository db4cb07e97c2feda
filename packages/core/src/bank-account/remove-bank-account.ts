import {
  hasOpenWithdrawal,
  lockBankAccount,
  markBankAccountRemoved,
} from "@revio-wallet/db/sql/bank-accounts";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import type { Context } from "../context.ts";
import { DomainError, notFound } from "../errors.ts";
import { requireUser } from "../session/require-user.ts";

/**
 * Takes a bank account off the user's list; past withdrawals keep pointing to it. Removing it twice changes nothing.
 *
 * @throws DomainError NOT_FOUND, WRONG_STATE while a withdrawal to it is under way
 */
export async function removeBankAccount(
  ctx: Context,
  input: { bankAccountId: string },
): Promise<void> {
  const { id: userId } = requireUser(ctx);
  const account = { id: input.bankAccountId, userId };
  await withTransaction(ctx.pool, async (tx) => {
    const row = await lockBankAccount(tx, account);
    if (row === undefined) throw notFound("bank account");
    if (row.status === "removed") return;
    // A statement of its own after the lock: it sees withdrawals committed while we waited.
    if (await hasOpenWithdrawal(tx, account)) {
      throw new DomainError("WRONG_STATE", "A withdrawal to this bank account is under way.");
    }
    await markBankAccountRemoved(tx, { id: row.id, removedAt: ctx.clock.now() });
    await recordAuditEvent(ctx, tx, {
      action: "bank_account.removed",
      subjectKind: "bank_account",
      subjectId: row.id,
    });
  });
}
