import { readAccountMovements } from "@revio-wallet/db/sql/account-movements";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import type { Context } from "../context.ts";
import { type HouseAccountName, houseAccount } from "../ledger/chart-of-accounts.ts";
import { getAccountBalance } from "../ledger/get-balance.ts";
import { currencies } from "../money.ts";
import type { Difference } from "./classify-break.ts";
import { settleComparison } from "./settle-comparison.ts";

/** Accounts in which money only waits for its owner. */
const clearingAccounts: HouseAccountName[] = ["suspense", "payout_returns"];
/** F112: longer than this nothing waits by itself. */
const patienceMs = 3 * 24 * 60 * 60_000;

/** Opens or ends the break of each clearing account that holds money older than three days. Returns how many are open. */
export async function checkUncleared(ctx: Context, runId: string): Promise<number> {
  const since = new Date(ctx.clock.now().getTime() - patienceMs);
  let breaks = 0;
  for (const currency of currencies) {
    for (const name of clearingAccounts) {
      const account = houseAccount(name, currency);
      const isUncleared = await withTransaction(ctx.pool, async (tx) => {
        const atThatTime = await getAccountBalance(tx, account, since);
        const residue = residueOf(atThatTime, await readAccountMovements(tx, account, since));
        return settleComparison(ctx, tx, {
          subject: `account:${account}`,
          source: "accounts",
          runId,
          difference: residue === 0n ? undefined : uncleared(residue, currency),
          details: { olderThan: since.toISOString() },
        });
      });
      if (isUncleared) breaks += 1;
    }
  }
  return breaks;
}

/**
 * What is left of a balance of then: the oldest money is taken out first. Credit fills a clearing account, debit empties
 * it; one that is overdrawn is filled up by credits.
 */
export function residueOf(
  balanceMinor: bigint,
  since: { creditsMinor: bigint; debitsMinor: bigint },
): bigint {
  if (balanceMinor >= 0n) {
    const left = balanceMinor - since.debitsMinor;
    return left > 0n ? left : 0n;
  }
  const left = balanceMinor + since.creditsMinor;
  return left < 0n ? left : 0n;
}

function uncleared(residue: bigint, currency: string): Difference {
  return {
    class: "uncleared",
    severity: "warning",
    atStake: { amountMinor: residue < 0n ? -residue : residue, currency },
    expected: `0 ${currency}`,
    found: `${residue} ${currency}`,
  };
}
