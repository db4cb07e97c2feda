import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatMoney, parseMoney } from "../../src/money.ts";

const most = 2n ** 63n - 1n;
const amounts = fc.bigInt({ min: 0n, max: most });
const plain = (text: string): string => text.replaceAll(/[\u00a0\u202f]/g, " ");
const zar = (amountMinor: bigint) => ({ amountMinor, currency: "ZAR" }) as const;

describe("formatMoney", () => {
  test.for([
    [0n, "R 0,00"],
    [5n, "R 0,05"],
    [125_000n, "R 1 250,00"],
    [-50n, "-R 0,50"],
    [-125_001n, "-R 1 250,01"],
    [9_007_199_254_740_993n, "R 90 071 992 547 409,93"],
    [most, "R 92 233 720 368 547 758,07"],
  ] as const)("%d cents: %s", ([amountMinor, text]) => {
    expect(plain(formatMoney(zar(amountMinor)))).toBe(text);
  });

  test("other languages place the same digits", () => {
    expect(plain(formatMoney(zar(125_000n), "en-US"))).toBe("ZAR 1,250.00");
    expect(plain(formatMoney(zar(125_000n), "ar-EG"))).toContain("1,250.00");
  });

  test("shows every digit of every amount, in any language", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -most, max: most }),
        fc.constantFrom("en-ZA", "af-ZA", "zu-ZA", "en-US", "de-DE", "hi-IN"),
        (amountMinor, locale) => {
          const digits = formatMoney(zar(amountMinor), locale).replace(/\D/g, "");
          expect(BigInt(digits)).toBe(amountMinor < 0n ? -amountMinor : amountMinor);
          expect(/[-\u2212]/.test(formatMoney(zar(amountMinor), locale))).toBe(amountMinor < 0n);
        },
      ),
    );
  });
});

describe("parseMoney", () => {
  test.for([
    ["1250", 125_000n],
    ["1 250,00", 125_000n],
    ["1 250.00", 125_000n],
    ["R1,250.00", 125_000n],
    ["R 1 250,00", 125_000n],
    ["r1250", 125_000n],
    ["ZAR 1250.50", 125_050n],
    ["1,250", 125_000n],
    ["1,250,000.99", 125_000_099n],
    ["0", 0n],
    ["0.05", 5n],
    ["0,05", 5n],
    ["  12,34  ", 1_234n],
    ["92233720368547758.07", most],
  ] as const)("%j is %d cents", ([text, amountMinor]) => {
    expect(parseMoney(text)).toEqual(zar(amountMinor));
  });

  test.for([
    "",
    " ",
    "R",
    "1.2",
    "1,2",
    "1.250",
    "1,25,0",
    "12 50",
    "1 25",
    "1,250,00",
    "1.250,00",
    "1 250 ,00",
    "01",
    "00.50",
    ".50",
    "1.",
    "-1",
    "+1",
    "1e3",
    "1.234",
    "0x10",
    "1 250,000",
    "R R1",
    "$1",
    "1,2345",
    "１２",
    "١٢",
    "Infinity",
    "NaN",
    "1\n2",
    "92233720368547758.08",
    "1'250",
    "1250 R",
    "1 250,00.00",
  ])("%j is refused", (text) => {
    expect(parseMoney(text)).toBeUndefined();
  });

  test("reads back what formatMoney writes", () => {
    fc.assert(
      fc.property(amounts, (amountMinor) => {
        expect(parseMoney(formatMoney(zar(amountMinor)))).toEqual(zar(amountMinor));
      }),
    );
  });

  test("reads any way of writing the same amount alike", () => {
    const ways = fc.record({
      prefix: fc.constantFrom("", "R", "R ", "ZAR "),
      group: fc.constantFrom("", " ", "\u00a0", ","),
      point: fc.constantFrom(".", ","),
    });
    fc.assert(
      fc.property(amounts, ways, (amountMinor, { prefix, group, point }) => {
        const major = (amountMinor / 100n).toString().replace(/\B(?=(\d{3})+$)/g, group);
        const cents = (amountMinor % 100n).toString().padStart(2, "0");
        const sign = group === "," ? "." : point;
        expect(parseMoney(`${prefix}${major}${sign}${cents}`)).toEqual(zar(amountMinor));
      }),
    );
  });

  test("never invents an amount: what it accepts has the digits of the text", () => {
    const alphabet = fc.constantFrom(..."0123456789., R-".split(""));
    fc.assert(
      fc.property(fc.string({ unit: alphabet, maxLength: 12 }), (text) => {
        const money = parseMoney(text);
        if (money === undefined) return;
        const digits = text.replace(/\D/g, "");
        const whole = /[.,]\d\d$/.test(text.trim()) ? digits : `${digits}00`;
        expect(money.amountMinor).toBe(BigInt(whole));
      }),
      { numRuns: 2_000 },
    );
  });
});
