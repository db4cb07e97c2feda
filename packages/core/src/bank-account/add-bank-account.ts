import {
  type BankAccountType,
  insertBankAccount,
  listActiveBankAccounts,
} from "@revio-wallet/db/sql/bank-accounts";
import { lockUser } from "@revio-wallet/db/sql/users";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import type { Context } from "../context.ts";
import { readDataKey } from "../encryption/data-key.ts";
import { encryptField } from "../encryption/field-cipher.ts";
import { DomainError, notFound } from "../errors.ts";
import { requireUser } from "../session/require-user.ts";
import { parsePersonName } from "../user/person-name.ts";
import { accountLookup, parseAccountNumber, parseBranchCode } from "./account-number.ts";
import { type BankAccount, toBankAccount } from "./bank-account.ts";
import { bankName } from "./south-african-banks.ts";

const maxActive = 10;

/**
 * Adds a bank account that the user may withdraw to. Its shape is checked, not its existence: no public service tells.
 *
 * @throws DomainError INVALID_INPUT, DUPLICATE if the user has the account already, LIMIT_EXCEEDED above ten
 */
export async function addBankAccount(
  ctx: Context,
  input: {
    branchCode: string;
    accountNumber: string;
    accountHolder: string;
    accountType: BankAccountType;
  },
): Promise<BankAccount> {
  const { id: userId } = requireUser(ctx);
  const branchCode = parseBranchCode(input.branchCode);
  const accountNumber = parseAccountNumber(input.accountNumber);
  const accountHolder = parsePersonName(input.accountHolder, "The account holder's name");
  const now = ctx.clock.now();
  const id = ctx.ids.uuid(now);

  return withTransaction(ctx.pool, async (tx) => {
    // The lock makes the count and the insert one step.
    const user = await lockUser(tx, userId);
    if (user === undefined) throw notFound("user");
    const key = await readDataKey(ctx, tx, user.dataKeyId);
    const encrypt = (column: string, text: string) => {
      const place = { table: "bank_accounts", column, rowId: id };
      return encryptField(key.bytes, ctx.ids.bytes(12), place, Buffer.from(text));
    };
    const row = {
      id,
      userId,
      bankName: bankName(branchCode),
      branchCode,
      accountType: input.accountType,
      lastFour: accountNumber.slice(-4),
      accountNumberCiphertext: encrypt("account_number_ciphertext", accountNumber),
      accountHolderCiphertext: encrypt("account_holder_ciphertext", accountHolder),
      createdAt: now,
    };
    const active = await listActiveBankAccounts(tx, userId);
    const lookup = accountLookup(ctx.keyring, { userId, branchCode, accountNumber });
    if (!(await insertBankAccount(tx, { ...row, accountLookup: lookup }))) {
      throw new DomainError("DUPLICATE", "You have added this bank account already.");
    }
    if (active.length >= maxActive) {
      throw new DomainError(
        "LIMIT_EXCEEDED",
        `You may keep ${maxActive} bank accounts. Remove one first.`,
      );
    }
    await recordAuditEvent(ctx, tx, {
      action: "bank_account.added",
      subjectKind: "bank_account",
      subjectId: id,
      details: { bankName: row.bankName, branchCode, lastFour: row.lastFour },
    });
    return toBankAccount({ ...row, status: "active", removedAt: null });
  });
}
