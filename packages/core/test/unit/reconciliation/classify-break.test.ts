import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  classifyBreak,
  type Ours,
  type Theirs,
} from "../../../src/reconciliation/classify-break.ts";

const theirs: Theirs = {
  status: "paid",
  moved: true,
  amountMinor: 100_000n,
  feeMinor: 2_750n,
  currency: "ZAR",
  isSecond: false,
};
const ours: Ours = {
  id: "t",
  status: "completed",
  amountMinor: 100_000n,
  currency: "ZAR",
  bookings: 1,
  bookedMinor: 100_000n,
  bookedFeeMinor: 2_750n,
  refundedMinor: 0n,
  chargedBackMinor: 0n,
};
const open = {
  ...ours,
  status: "awaiting_payment",
  bookings: 0,
  bookedMinor: 0n,
  bookedFeeMinor: 0n,
};
const unpaid = { ...theirs, moved: false, status: "expired" };

describe("the fault matrix", () => {
  test.each<[string, Theirs | undefined, Ours | undefined, string, bigint]>([
    ["F101: paid, and nothing of ours", theirs, undefined, "missing_in_ledger", 100_000n],
    [
      "F101: done, without an entry",
      theirs,
      { ...ours, bookings: 0 },
      "missing_in_ledger",
      100_000n,
    ],
    ["F102: booked, nothing there", undefined, ours, "missing_at_provider", 100_000n],
    ["F103: one cent", { ...theirs, amountMinor: 99_999n }, ours, "amount_mismatch", 1n],
    ["F103: ×100", { ...theirs, amountMinor: 10_000_000n }, ours, "amount_mismatch", 9_900_000n],
    ["F104", { ...theirs, currency: "USD" }, ours, "currency_mismatch", 100_000n],
    [
      "F105",
      theirs,
      { ...ours, bookings: 2, bookedMinor: 200_000n },
      "duplicate_in_ledger",
      200_000n,
    ],
    ["F106", { ...theirs, isSecond: true }, ours, "duplicate_at_provider", 100_000n],
    [
      "F106: before we booked any",
      { ...theirs, isSecond: true },
      open,
      "duplicate_at_provider",
      100_000n,
    ],
    [
      "F107: ours not paid, theirs paid",
      theirs,
      { ...open, status: "failed" },
      "status_mismatch",
      100_000n,
    ],
    ["F107: ours paid, theirs not", unpaid, ours, "status_mismatch", 100_000n],
    ["F109", { ...theirs, feeMinor: 2_751n }, ours, "fee_mismatch", 1n],
    ["more refunded there", { ...theirs, refundedMinor: 5n }, ours, "amount_mismatch", 5n],
    [
      "charged back there only",
      { ...theirs, isChargedBack: true },
      ours,
      "status_mismatch",
      100_000n,
    ],
    [
      "charged back here only",
      { ...theirs, isChargedBack: false },
      { ...ours, chargedBackMinor: 1n },
      "status_mismatch",
      100_000n,
    ],
  ])("%s", (_, provider, ledger, expected, atStake) => {
    const difference = classifyBreak(provider, ledger);
    expect(difference?.class).toBe(expected);
    expect(difference?.atStake?.amountMinor).toBe(atStake);
  });

  test.each<[string, Theirs | undefined, Ours | undefined]>([
    ["both have it", theirs, ours],
    ["both agree on a refund", { ...theirs, refundedMinor: 5n }, { ...ours, refundedMinor: 5n }],
    ["neither has it", unpaid, open],
    ["made in a dashboard, and never paid", unpaid, undefined],
    ["never made, never booked", undefined, open],
    ["nothing at all", undefined, undefined],
  ])("no difference: %s", (_, provider, ledger) => {
    expect(classifyBreak(provider, ledger)).toBeUndefined();
  });
});

const amount = fc.bigInt({ min: 1n, max: 10n ** 12n });

test("equal sides never differ; a difference in one figure always does", () => {
  fc.assert(
    fc.property(amount, amount, fc.bigInt({ min: 1n, max: 10n ** 12n }), (sum, fee, off) => {
      const provider = { ...theirs, amountMinor: sum, feeMinor: fee };
      const ledger = { ...ours, bookedMinor: sum, bookedFeeMinor: fee };
      expect(classifyBreak(provider, ledger)).toBeUndefined();
      for (const wrong of [
        { ...provider, amountMinor: sum + off },
        { ...provider, feeMinor: fee + off },
        { ...provider, moved: false },
      ]) {
        expect(classifyBreak(wrong, ledger)).toBeDefined();
      }
    }),
  );
});
