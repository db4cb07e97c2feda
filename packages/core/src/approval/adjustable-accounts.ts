import type { LedgerAccountCode } from "../ledger/chart-of-accounts.ts";

/** Accounts of the house that a correction may move. Suspense as `fitsSuspense` says. */
const houseNames: ReadonlySet<string> = new Set([
  "revio_float",
  "suspense",
  "payout_returns",
  "provider_fees",
  "fee_income",
  "chargeback_losses",
  "adjustments",
]);
/** Of a user. Not `pending`: it is what open withdrawals have reserved, and nothing else. */
const userNames: ReadonlySet<string> = new Set(["available", "receivable"]);

/** A code taken apart; undefined if it is none. */
export function parseAccountCode(
  code: string,
): { owner: "house" | "user"; name: string; currency: string } | undefined {
  const [, house, user, name = "", currency = ""] =
    /^(?:(house)|user:([0-9a-f-]{36})):([a-z_]+):([A-Z]{3})$/.exec(code) ?? [];
  if (house === undefined && user === undefined) return undefined;
  return { owner: house === undefined ? "user" : "house", name, currency };
}

/**
 * Which two accounts a correction may move money between: house and house, house and user, of one currency. Never from
 * one user account to another: money between users would be a payment, and a correction is none.
 */
export function mayAdjustBetween(debit: LedgerAccountCode, credit: LedgerAccountCode): boolean {
  const sides = [parseAccountCode(debit), parseAccountCode(credit)];
  const [left, right] = sides;
  if (left === undefined || right === undefined || debit === credit) return false;
  if (left.currency !== right.currency) return false;
  if (left.owner === "user" && right.owner === "user") return false;
  return sides.every(
    (side) =>
      side !== undefined && (side.owner === "house" ? houseNames : userNames).has(side.name),
  );
}

/**
 * Money comes into suspense by itself, never by a correction; what a correction takes out is one payment, which it names,
 * so that nothing takes the same money out again.
 */
export function fitsSuspense(
  debit: LedgerAccountCode,
  credit: LedgerAccountCode,
  namesPayment: boolean,
): boolean {
  const isSuspense = (code: LedgerAccountCode) => code.startsWith("house:suspense:");
  return !isSuspense(credit) && isSuspense(debit) === namesPayment;
}
