import { expect, test } from "vitest";
import { fitsSuspense, mayAdjustBetween } from "../../../src/approval/adjustable-accounts.ts";
import type { LedgerAccountCode } from "../../../src/ledger/chart-of-accounts.ts";

const thandi = "user:01a217f6-a29a-7ec4-8586-a9b79b3b3ccb";
const sipho = "user:01a217f6-a29a-7ec4-8586-a9b79b3b3ccc";

test.each<[string, string, boolean]>([
  ["house:adjustments:ZAR", "house:revio_float:ZAR", true],
  ["house:suspense:ZAR", `${thandi}:available:ZAR`, true],
  [`${thandi}:available:ZAR`, "house:adjustments:ZAR", true],
  ["house:chargeback_losses:ZAR", `${thandi}:receivable:ZAR`, true],
  // Money between users is a payment, whichever of their accounts.
  [`${thandi}:available:ZAR`, `${sipho}:available:ZAR`, false],
  [`${thandi}:available:ZAR`, `${thandi}:receivable:ZAR`, false],
  // Reserves belong to withdrawals.
  ["house:adjustments:ZAR", `${thandi}:pending:ZAR`, false],
  ["house:adjustments:ZAR", "house:adjustments:ZAR", false],
  ["house:adjustments:ZAR", "house:revio_float:USD", false],
  ["house:treasure:ZAR", "house:revio_float:ZAR", false],
  ["house:adjustments:ZAR", "house:available:ZAR", false],
  ["house:adjustments:ZAR", "user:me:available:ZAR", false],
  ["house:adjustments:ZAR", "house:revio_float:ZAR ", false],
])("%s → %s: %s", (debit, credit, allowed) => {
  expect(mayAdjustBetween(debit as LedgerAccountCode, credit as LedgerAccountCode)).toBe(allowed);
  expect(mayAdjustBetween(credit as LedgerAccountCode, debit as LedgerAccountCode)).toBe(allowed);
});

test.each<[string, string, boolean, boolean]>([
  ["house:suspense:ZAR", `${thandi}:available:ZAR`, true, true],
  ["house:suspense:ZAR", `${thandi}:available:ZAR`, false, false],
  ["house:adjustments:ZAR", "house:revio_float:ZAR", false, true],
  ["house:adjustments:ZAR", "house:revio_float:ZAR", true, false],
  ["house:revio_float:ZAR", "house:suspense:ZAR", false, false],
  ["house:revio_float:ZAR", "house:suspense:ZAR", true, false],
])("%s → %s, a payment named: %s: %s", (debit, credit, namesPayment, fits) => {
  const sides = [debit as LedgerAccountCode, credit as LedgerAccountCode] as const;
  expect(fitsSuspense(...sides, namesPayment)).toBe(fits);
});
