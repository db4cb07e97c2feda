import { findDoubtfulWithdrawalIds } from "@revio-wallet/db/sql/find-doubtful-withdrawals";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import type { Context } from "../context.ts";
import { lockWithdrawal } from "../withdrawal/lock-withdrawal.ts";
import { doubtLimits, openDoubtBreak } from "./payout-doubt.ts";

/** Withdrawals looked at in one run; the rest waits for the next. */
const batch = 100;

/**
 * Puts executions that are in doubt for too long into the operators' queue, also while Revio cannot be asked. One database
 * transaction each: their users' accounts are locked.
 */
export async function watchDoubts(ctx: Context): Promise<void> {
  const now = ctx.clock.now().getTime();
  const ids = await findDoubtfulWithdrawalIds(ctx.pool, {
    warnBefore: new Date(now - doubtLimits.warnAfterMs),
    urgentBefore: new Date(now - doubtLimits.urgentAfterMs),
    limit: batch,
  });
  for (const id of ids) {
    await withTransaction(ctx.pool, async (tx) => {
      const withdrawal = await lockWithdrawal(tx, id);
      if (withdrawal !== undefined) await openDoubtBreak(ctx, tx, withdrawal);
    });
  }
}
