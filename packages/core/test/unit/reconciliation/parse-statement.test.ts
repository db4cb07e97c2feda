import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CsvRows } from "../../../src/reconciliation/csv-rows.ts";
import { parseDecimal } from "../../../src/reconciliation/parse-decimal.ts";
import {
  type StatementLine,
  statementParser,
} from "../../../src/reconciliation/parse-statement.ts";

const cell = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const print = (rows: string[][], end: string) =>
  rows.map((row) => row.map(cell).join(",") + end).join("");

/** Cuts a text into pieces of the given sizes. */
function cut(text: string, sizes: number[]): string[] {
  const pieces: string[] = [];
  let at = 0;
  for (let index = 0; at < text.length; index += 1) {
    const size = sizes[index % sizes.length] ?? 1;
    pieces.push(text.slice(at, at + size));
    at += size;
  }
  return pieces;
}

function readRows(pieces: string[]): string[][] {
  const csv = new CsvRows();
  return [...pieces.flatMap((piece) => csv.push(piece)), ...csv.end()];
}

const field = fc.string({
  unit: fc.constantFrom("a", "Z", "0", ",", '"', "\n", "\r", " ", "é", "€"),
});
const rows = fc
  .integer({ min: 2, max: 5 })
  .chain((width) => fc.array(fc.array(field, { minLength: width, maxLength: width })));
const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });

describe("CSV", () => {
  test("whatever is printed is read again, cut anywhere, with CRLF or LF", () => {
    fc.assert(
      fc.property(rows, sizes, fc.constantFrom("\r\n", "\n"), (written, pieces, end) => {
        expect(readRows(cut(print(written, end), pieces))).toEqual(written);
      }),
    );
  });

  test("a last line without its end is a row", () => {
    expect(readRows(["a,b\nc,", '"d"'])).toEqual([
      ["a", "b"],
      ["c", "d"],
    ]);
    expect(readRows(["a,"])).toEqual([["a", ""]]);
  });

  test.each([
    ['a"b,c\n', "a quote inside a field"],
    ['"a"b,c\n', "text behind a closing quote"],
    ["a\rb\n", "a CR without LF"],
    ['x\n"a,b\n', "row 2: a quote that is never closed"],
    ["a".repeat(70_000), "a field without end"],
    [",".repeat(300), "a row without end"],
  ])("%j is refused", (text, message) => {
    expect(() => readRows([text])).toThrow(message);
  });
});

describe("amounts", () => {
  test("whatever decimal form, the cents are exact", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }),
        fc.integer({ min: 2, max: 8 }),
        (minor, places) => {
          const digits = String(minor < 0n ? -minor : minor).padStart(3, "0");
          const text = `${minor < 0n ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2).padEnd(places, "0")}`;
          expect(parseDecimal(text)).toBe(minor);
        },
      ),
    );
  });

  test.each([
    ["1250", 125_000n],
    ["1250.5", 125_050n],
    ["0.01", 1n],
    ["12.3400", 1_234n],
    ["90071992547409.93", 9_007_199_254_740_993n],
  ])("%s", (text, minor) => {
    expect(parseDecimal(text)).toBe(minor);
  });

  test.each(["", "1,250.00", "1e3", "12.345", "+1", "R1", " 1", "1.", ".5", "NaN", "0x10", "--1"])(
    "%j is refused",
    (text) => {
      expect(() => parseDecimal(text)).toThrow("an amount");
    },
  );
});

const header =
  "id,product,related_to,reference,description,status,currency,amount,fee,is_outgoing,payment_method,client_email,created_on,updated_on,paid_on";
const good =
  "p1,purchase,,DEP-1,Top up,paid,ZAR,1250.00,34.38,False,visa,a@b.c,2026-11-24 08:00:00,2026-11-24 08:00:00,2026-11-24 08:00:05";

function parse(text: string): StatementLine[] {
  const parser = statementParser();
  return [...parser.push(text), ...parser.end()];
}

describe("a statement", () => {
  test("is read by the names in its header, in whatever order", () => {
    expect(parse(`${header}\r\n${good}\r\n`)).toEqual([
      {
        lineNo: 1n,
        product: "purchase",
        objectId: "p1",
        relatedTo: "",
        reference: "DEP-1",
        status: "paid",
        currency: "ZAR",
        isOutgoing: false,
        amountMinor: 125_000n,
        feeMinor: 3_438n,
        occurredAt: new Date("2026-11-24T08:00:05.000Z"),
      },
    ]);
    const turned = `\uFEFF${header.split(",").toReversed().join(",")}\n${good.split(",").toReversed().join(",")}\n`;
    expect(parse(turned)).toEqual(parse(`${header}\r\n${good}\r\n`));
  });

  test("a line that was never paid counts, and is left out", () => {
    const unpaid = good.replace(/,2026-11-24 08:00:05$/, ",");
    const lines = parse(`${header}\n${unpaid}\n${good}\n`);
    expect(lines.map(({ lineNo }) => lineNo)).toEqual([2n]);
  });

  test.each([
    ["an empty file", "", "the file is empty"],
    ["a missing column", `${header.replace(",fee,", ",")}\n`, "there is no column fee"],
    ["a column twice", `${header},fee\n`, "there are two columns fee"],
    ["a short line", `${header}\n${good.slice(0, 40)}\n`, "data line 1 has"],
    ["a torn amount", `${header}\n${good.replace("1250.00", "1250.0O")}\n`, "data line 1, amount"],
    [
      "a day that is none",
      `${header}\n${good.replace(/24 08:00:05$/, "31 08:00:05")}\n`,
      "paid_on",
    ],
    ["another boolean", `${header}\n${good.replace("False", "0")}\n`, "is_outgoing: is no boolean"],
    ["no id", `${header}\n${good.replace("p1,", ",")}\n`, "data line 1, id: is empty"],
  ])("%s is refused as a whole, loudly", (_, text, message) => {
    expect(() => parse(text)).toThrow(message);
  });

  test("no message repeats what stands in the file", () => {
    const secret = good.replace("1250.00", "thandi@example.com");
    expect(() => parse(`${header}\n${secret}\n`)).toThrow(
      expect.not.objectContaining({
        message: expect.stringContaining("thandi") as string,
      }) as Error,
    );
  });
});
