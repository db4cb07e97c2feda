import { lookupHash } from "../encryption/field-cipher.ts";
import type { Keyring } from "../encryption/keyring.ts";
import { DomainError } from "../errors.ts";

/**
 * The shape of a South African account number: 6 to 11 digits, zeros in front count. The check digits (CDV) depend on
 * tables of the banks that are not public; a wrong guess at them would refuse good accounts, so they are not checked.
 *
 * @throws DomainError INVALID_INPUT
 */
export function parseAccountNumber(text: string): string {
  const digits = text.replace(/[ -]/g, "");
  if (!/^[0-9]{6,11}$/.test(digits)) {
    throw new DomainError("INVALID_INPUT", "An account number has 6 to 11 digits.");
  }
  return digits;
}

/** @throws DomainError INVALID_INPUT */
export function parseBranchCode(text: string): string {
  if (!/^[0-9]{6}$/.test(text) || text === "000000") {
    throw new DomainError("INVALID_INPUT", "A branch code has six digits.");
  }
  return text;
}

/** Blind index of an account, for one user: that two users share an account is not to be read from the table. */
export function accountLookup(
  keyring: Keyring,
  account: { userId: string; branchCode: string; accountNumber: string },
): Buffer {
  // Zeros in front do not make another account.
  const number = account.accountNumber.replace(/^0+/, "");
  const value = `${account.userId}\0${account.branchCode}\0${number}`;
  return lookupHash(keyring.lookupKey, "bank_accounts.account", value);
}
