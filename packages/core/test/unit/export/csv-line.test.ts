import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { expect, test } from "vitest";
import { csvLine } from "../../../src/export/csv-line.ts";
import { exportColumns } from "../../../src/export/export-transactions.ts";

/** RFC 4180, and nothing else: a reader of its own. */
function readCsv(text: string): string[][] {
  const lines: string[][] = [];
  let cells: string[] = [];
  let at = 0;
  while (at < text.length) {
    let cell = "";
    if (text[at] === '"') {
      for (at++; text[at] !== '"' || text[at + 1] === '"'; at++) {
        if (text[at] === '"') at++;
        cell += text[at];
      }
      at++;
    } else {
      for (; at < text.length && text[at] !== "," && text[at] !== "\r"; at++) cell += text[at];
    }
    cells.push(cell);
    if (text[at] === ",") {
      at++;
      if (at === text.length) cells.push("");
    } else {
      expect(text.slice(at, at + 2)).toBe("\r\n");
      at += 2;
      lines.push(cells);
      cells = [];
    }
  }
  return lines;
}

const nasty = fc.oneof(
  fc.string({ unit: "binary" }),
  fc
    .tuple(
      fc.constantFrom("=", "+", "-", "@", "\t", "\r", "\n", "'", '"', ",", "＝", "''"),
      fc.string(),
    )
    .map(([first, rest]) => first + rest),
);

test("C16 any text survives the round trip, and no cell begins a formula", () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(nasty, { minLength: 2, maxLength: 5 }), { maxLength: 5 }),
      (rows) => {
        const read = readCsv(rows.map(csvLine).join(""));
        for (const cell of read.flat()) expect(cell).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/);
        expect(read.map((cells) => cells.map((cell) => cell.replace(/^'/, "")))).toEqual(rows);
      },
    ),
    { numRuns: 500 },
  );
});

test("C16 what is not there is an empty cell; what needs quotes has them", () => {
  expect(csvLine(["a", null, "", 'say "yes", twice', "=1+1"])).toBe(
    `a,,,"say ""yes"", twice",'=1+1\r\n`,
  );
});

test("C16 the header is documented, column by column", async () => {
  const page = await readFile(new URL("../../../../../docs/exports.md", import.meta.url), "utf8");
  const documented = page
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .flatMap((line) =>
      [...(line.split("|")[1] ?? "").matchAll(/`(\w+)`/g)].map(([, name]) => name),
    );
  expect(documented).toEqual(exportColumns);
});
