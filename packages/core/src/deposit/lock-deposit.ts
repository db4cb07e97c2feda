import { lockAccounts } from "@revio-wallet/db/sql/lock-accounts";
import {
  findTransaction,
  lockTransaction,
  type TransactionRow,
} from "@revio-wallet/db/sql/transactions";
import type { Tx } from "@revio-wallet/db/with-transaction";
import { userAccount } from "../ledger/chart-of-accounts.ts";
import type { Currency } from "../money.ts";

/** Locks the user's accounts, then the row, in the order that everybody uses; undefined if it is no deposit. */
export async function lockDeposit(tx: Tx, id: string): Promise<TransactionRow | undefined> {
  const found = await findTransaction(tx, id);
  if (found?.kind !== "deposit") return undefined;
  await lockAccounts(tx, [
    userAccount(found.userId, "available", found.currency as Currency),
    userAccount(found.userId, "receivable", found.currency as Currency),
  ]);
  return lockTransaction(tx, id);
}
