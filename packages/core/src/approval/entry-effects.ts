import type { Queryable } from "@revio-wallet/db/pool";
import { findLedgerAccount } from "@revio-wallet/db/sql/find-ledger-account";
import { invariant } from "../errors.ts";
import { getAccountBalance } from "../ledger/get-balance.ts";
import type { JournalEntry } from "../ledger/journal-entry.ts";

/** What an entry would do to one account, balances in its normal side, minor units. */
export interface EntryEffect {
  account: string;
  currency: string;
  direction: "debit" | "credit";
  amountMinor: bigint;
  beforeMinor: bigint;
  afterMinor: bigint;
}

/** The balances that an entry would change, as they are now and as they would be: made from what would be posted, so it cannot differ. */
export async function effectsOfEntry(
  db: Queryable,
  { postings }: Pick<JournalEntry, "postings">,
): Promise<EntryEffect[]> {
  const effects: EntryEffect[] = [];
  for (const { account, direction, amountMinor } of postings) {
    const found = await findLedgerAccount(db, account);
    invariant(found !== undefined, `unknown ledger account ${account}`);
    const beforeMinor = await getAccountBalance(db, account);
    const afterMinor = beforeMinor + (direction === found.normalSide ? amountMinor : -amountMinor);
    effects.push({
      account,
      currency: found.currency,
      direction,
      amountMinor,
      beforeMinor,
      afterMinor,
    });
  }
  return effects;
}
