import { describe, expect, it } from "vitest";
import { formatRand } from "../../src/format-rand.ts";
import { formatJournalEntry } from "../../src/journal-report.ts";

describe("formatRand", () => {
  it.each([
    [0n, "R 0.00"],
    [5n, "R 0.05"],
    [-40_000n, "-R 400.00"],
    [125_000n, "R 1 250.00"],
    [123_456_789_012_345n, "R 1 234 567 890 123.45"],
  ])("writes %s cents as %s", (amountMinor, text) => {
    expect(formatRand(amountMinor)).toBe(text);
  });
});

describe("formatJournalEntry", () => {
  it("aligns debits and credits", () => {
    const entry = {
      sequence: 1n,
      event: "deposit.completed",
      lines: [
        { account: "house:revio_float", direction: "debit", amountMinor: 121_562n },
        { account: "house:provider_fees", direction: "debit", amountMinor: 3_438n },
        { account: "user:available", direction: "credit", amountMinor: 125_000n },
      ],
    } as const;
    expect(formatJournalEntry(entry)).toBe(
      [
        "#1 deposit.completed             debit        credit",
        "  house:revio_float         R 1 215.62",
        "  house:provider_fees          R 34.38",
        "  user:available                          R 1 250.00",
      ].join("\n"),
    );
  });
});
