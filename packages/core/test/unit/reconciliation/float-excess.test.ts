import fc from "fast-check";
import { expect, test } from "vitest";
import { residueOf } from "../../../src/reconciliation/check-uncleared.ts";
import { excessBeyondFlight, lasting } from "../../../src/reconciliation/float-excess.ts";

const amount = fc.bigInt({ min: 0n, max: 10n ** 9n });
const look = (providerMinor: bigint, ledger: bigint, incoming = 0n, outgoing = 0n) =>
  excessBeyondFlight({
    providerMinor,
    ledgerMinor: [ledger, ledger],
    inFlight: [{ incomingMinor: incoming, outgoingMinor: outgoing }, undefined],
  });

test("what is under way explains as much as it is, in its own direction, and not a cent more", () => {
  fc.assert(
    fc.property(amount, amount, amount, amount, (ledger, incoming, outgoing, off) => {
      expect(look(ledger, ledger, incoming, outgoing)).toBe(0n);
      expect(look(ledger + incoming, ledger, incoming, outgoing)).toBe(0n);
      expect(look(ledger - outgoing, ledger, incoming, outgoing)).toBe(0n);
      expect(look(ledger + incoming + off, ledger, incoming, outgoing)).toBe(off);
      expect(look(ledger - outgoing - off, ledger, incoming, outgoing)).toBe(-off);
    }),
  );
});

test("a booking between the two readings of the ledger is no difference, whichever Revio shows", () => {
  for (const providerMinor of [100n, 150n]) {
    expect(
      excessBeyondFlight({
        providerMinor,
        ledgerMinor: [100n, 150n],
        inFlight: [undefined, undefined],
      }),
    ).toBe(0n);
  }
});

test.each([
  [5n, 7n, 5n],
  [7n, 5n, 5n],
  [-7n, -5n, -5n],
  [-5n, 5n, 0n],
  [5n, 0n, 0n],
  [0n, 5n, 0n],
])("looks of %s and %s have %s in common", (first, second, both) => {
  expect(lasting(first, second)).toBe(both);
});

test.each([
  [700n, 0n, 0n, 700n],
  [700n, 300n, 500n, 200n],
  [700n, 0n, 700n, 0n],
  [700n, 0n, 900n, 0n],
  [0n, 500n, 0n, 0n],
  [-200n, 50n, 0n, -150n],
  [-200n, 300n, 100n, 0n],
])("of %s then, with %s in and %s out since, %s is left", (balance, credits, debits, left) => {
  expect(residueOf(balance, { creditsMinor: credits, debitsMinor: debits })).toBe(left);
});
