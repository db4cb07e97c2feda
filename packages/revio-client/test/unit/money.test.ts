import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { parseExactJson } from "../../src/json.ts";
import { MAX_AMOUNT_MINOR, amount, parseWireAmount, toWireAmount } from "../../src/money.ts";

const safeAmount = fc.bigInt({ min: -MAX_AMOUNT_MINOR, max: MAX_AMOUNT_MINOR });
const fromWire = (literal: string) => parseWireAmount(parseExactJson(literal));

describe("money on the wire", () => {
  it("brings every safe amount through JSON and back unchanged", () => {
    fc.assert(
      fc.property(safeAmount, (minor) => {
        expect(fromWire(JSON.stringify(toWireAmount(minor)))).toBe(minor);
        expect(fromWire(JSON.stringify(String(minor)))).toBe(minor);
      }),
    );
  });

  it("refuses to write an amount that a JSON number cannot hold", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 10n ** 30n }), (excess) => {
        expect(() => toWireAmount(MAX_AMOUNT_MINOR + excess)).toThrow(RangeError);
        expect(() => toWireAmount(-MAX_AMOUNT_MINOR - excess)).toThrow(RangeError);
      }),
    );
  });

  it("refuses every integer beyond 2^53 - 1, as a number and as a string", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 10n ** 30n }), (excess) => {
        const literal = String(MAX_AMOUNT_MINOR + excess);
        expect(fromWire(literal)).toBeNull();
        expect(fromWire(`"${literal}"`)).toBeNull();
        expect(fromWire(`-${literal}`)).toBeNull();
      }),
    );
  });

  it("refuses every number written with a point or an exponent, also when it is whole", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 99 }), (whole, cents) => {
        expect(fromWire(`${whole}.${String(cents).padStart(2, "0")}`)).toBeNull();
        expect(fromWire(`${whole}e2`)).toBeNull();
        expect(fromWire(`"${whole}.00"`)).toBeNull();
      }),
    );
  });

  it.each([
    "1250.00",
    "1e3",
    "1E3",
    "12.5",
    "-0.5",
    "true",
    "null",
    "[]",
    "{}",
    '""',
    '" 5"',
    '"5 "',
  ])("refuses %s", (literal) => {
    expect(fromWire(literal)).toBeNull();
  });

  it.each(['"007"', '"+5"', '"0x10"', '"1_000"', '"1,000"', '"１２"', '"5\\n"', '"NaN"', '"1e3"'])(
    "refuses the string %s",
    (literal) => {
      expect(fromWire(literal)).toBeNull();
    },
  );

  it("refuses a negative amount where it makes no sense", () => {
    expect(amount.safeParse(-1).success).toBe(false);
    expect(amount.safeParse("-1").success).toBe(false);
    expect(amount.parse(0)).toBe(0n);
  });
});
