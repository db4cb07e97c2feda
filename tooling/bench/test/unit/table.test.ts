import { describe, expect, test } from "vitest";
import { formatNumber, renderTable } from "../../src/report/table.ts";

test("names stand left, numbers right, columns as wide as their widest cell", () => {
  const table = renderTable(
    ["what", "per s"],
    [
      ["a", "12 345"],
      ["longer name", "7"],
    ],
  );
  expect(table.split("\n")).toEqual([
    "what          per s",
    "───────────  ──────",
    "a            12 345",
    "longer name       7",
  ]);
});

test("a missing cell is empty, and no line ends with spaces", () => {
  expect(renderTable(["what", "x", "y"], [["a", "1"]]).split("\n")[2]).toBe("a     1");
});

describe("formatNumber", () => {
  test.each([
    [0.0456, "0.046"],
    [0.5, "0.500"],
    [0.9996, "1.00"],
    [7.305, "7.30"],
    [9.996, "10.0"],
    [12.34, "12.3"],
    [99.96, "100"],
    [1_204.4, "1 204"],
    [1_234_567, "1 234 567"],
    [Number.NaN, "–"],
  ])("%d is written %s", (value, expected) => {
    expect(formatNumber(value)).toBe(expected);
  });
});
