import fc from "fast-check";
import { expect, test } from "vitest";
import { fingerprintOf } from "../../../src/idempotency/run-idempotently.ts";

const base = { userId: "u", amountMinor: 100n, currency: "ZAR", returnUrl: undefined };

test("the order of keys and what is not given do not matter", () => {
  const { userId, amountMinor, currency } = base;
  expect(fingerprintOf({ currency, amountMinor, userId })).toEqual(fingerprintOf(base));
});

test.each([
  { amountMinor: 101n },
  { currency: "USD" },
  { userId: "v" },
  { returnUrl: "https://example.com/" },
])("another $amountMinor$currency$userId$returnUrl is another request", (other) => {
  expect(fingerprintOf({ ...base, ...other })).not.toEqual(fingerprintOf(base));
});

test("amounts beyond what a float holds stay apart", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n - 2n }), (amountMinor) => {
      expect(fingerprintOf({ amountMinor })).not.toEqual(
        fingerprintOf({ amountMinor: amountMinor + 1n }),
      );
      expect(fingerprintOf({ amountMinor })).toEqual(fingerprintOf({ amountMinor }));
    }),
  );
});
