import type { Queryable } from "@revio-wallet/db/pool";
import { findBankAccount } from "@revio-wallet/db/sql/bank-accounts";
import type { Context } from "../context.ts";
import { readDataKey } from "../encryption/data-key.ts";
import { decryptField } from "../encryption/field-cipher.ts";
import { notFound } from "../errors.ts";
import { type BankAccount, toBankAccount } from "./bank-account.ts";

/** A bank account in the clear. For the payout alone: never to a client, a log, a job or an audit event. */
export interface ReadableBankAccount extends BankAccount {
  userId: string;
  accountNumber: string;
  accountHolder: string;
}

/**
 * Decrypts a bank account, active or removed, for the payout job.
 *
 * @throws DomainError NOT_FOUND; Error if the stored bytes were changed or moved
 */
export async function readBankAccount(
  ctx: Pick<Context, "keyring" | "ids" | "clock">,
  db: Queryable,
  id: string,
): Promise<ReadableBankAccount> {
  const row = await findBankAccount(db, id);
  if (row === undefined) throw notFound("bank account");
  const key = await readDataKey(ctx, db, row.dataKeyId);
  const read = (column: string, stored: Buffer) =>
    decryptField(key.bytes, { table: "bank_accounts", column, rowId: row.id }, stored).toString();
  return {
    ...toBankAccount(row),
    userId: row.userId,
    accountNumber: read("account_number_ciphertext", row.accountNumberCiphertext),
    accountHolder: read("account_holder_ciphertext", row.accountHolderCiphertext),
  };
}
