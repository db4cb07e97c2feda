import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseAmount, parseSearch } from "../../../src/search/parse-search.ts";

describe("C70 an amount as people write it, in cents", () => {
  test.each([
    ["1250", 125_000n],
    ["1 250,00", 125_000n],
    ["R 1 250,00", 125_000n],
    ["R1\u00a0250,00", 125_000n],
    ["1,250.00", 125_000n],
    ["1.250,00", 125_000n],
    ["1'250.00", 125_000n],
    ["ZAR 1250.5", 125_050n],
    ["1250,5 ZAR", 125_050n],
    ["1,250", 125_000n],
    ["1 234 567,89", 123_456_789n],
    ["0,01", 1n],
    ["92233720368547758.07", 2n ** 63n - 1n],
  ])("%s", (text, expected) => {
    expect(parseAmount(text)).toBe(expected);
  });

  test.each([
    "",
    "0",
    "0.00",
    "R",
    "-5",
    "1,25,0",
    "12 50",
    "1250.123",
    "1 250 00,5.5",
    "1.250.00",
    "ten",
    "1e3",
    "92233720368547758.08",
    "12345678901234567890123456789012",
  ])("%s is none", (text) => {
    expect(parseAmount(text)).toBeUndefined();
  });

  test("property: what the console prints is read back, to the cent", () => {
    const print = new Intl.NumberFormat("en-ZA", { style: "currency", currency: "ZAR" });
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }), (minor) => {
        const digits = minor.toString().padStart(3, "0");
        const decimal = `${digits.slice(0, -2)}.${digits.slice(-2)}`;
        expect(parseAmount(print.format(decimal as Intl.StringNumericLiteral))).toBe(minor);
        expect(parseAmount(decimal)).toBe(minor);
      }),
    );
  });
});

describe("C01 what a text may name", () => {
  const uuid = "0192a3b4-c5d6-7e8f-8a9b-0c1d2e3f4a5b";

  test.each([
    uuid,
    uuid.toUpperCase(),
    uuid.replaceAll("-", ""),
    `{${uuid}}`,
    `  ${uuid}\n`,
    `"${uuid}"`,
  ])("an id: %s", (text) => {
    expect(parseSearch(text).uuid).toBe(uuid);
  });

  test.each([
    ["DEP-7K3M-9QX2-PA4T", "DEP-7K3M-9QX2-PA4T"],
    ["dep 7k3m 9qx2 pa4t", "DEP-7K3M-9QX2-PA4T"],
    ["wdr7k3m9qx2pa4t", "WDR-7K3M-9QX2-PA4T"],
    // As heard over the telephone.
    ["DEP-OILM", "DEP-011M"],
    ["DEP-7K", "DEP-7K"],
    ["ADJ-7K3M-9", "ADJ-7K3M-9"],
  ])("a reference, or its beginning: %s", (text, expected) => {
    expect(parseSearch(text).reference).toBe(expected);
  });

  test.each(["DEP", "DEP-7", "DEP-UUUU", "DEP-7K3M-9QX2-PA4T-0", "deposit", "XYZ-7K3M", "DEP-7%"])(
    "no reference: %s",
    (text) => {
      expect(parseSearch(text).reference).toBeUndefined();
    },
  );

  test("an address, words, and what is given in full", () => {
    expect(parseSearch(" Thandi@Example.COM ")).toMatchObject({ email: "thandi@example.com" });
    expect(parseSearch("Amount  mismatch").words).toBe("amount mismatch");
    expect(parseSearch("7").words).toBeUndefined();
    expect(parseSearch(" deposit.completed:x ").exact).toBe("deposit.completed:x");
  });

  test("property: any text is read without an error", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        parseSearch(text);
      }),
    );
  });
});
