import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type MatchCandidate,
  matchStatementLine,
} from "../../../src/reconciliation/match-statement-line.ts";

const candidate = fc.record({
  transactionId: fc.constantFrom("a", "b", "c"),
  by: fc.constantFrom("id", "reference", "amount_and_time"),
  minutesApart: fc.integer({ min: -120, max: 120 }),
}) as fc.Arbitrary<MatchCandidate>;
const one = (by: MatchCandidate["by"], transactionId = "a", minutesApart = 0) => ({
  by,
  transactionId,
  minutesApart,
});

test.each([
  ["nothing", [], "none", 0],
  ["Revio's id", [one("id")], "id", 100],
  ["our reference", [one("reference")], "reference", 90],
  ["both for the same", [one("reference"), one("id")], "id", 100],
  ["both for different ones", [one("reference", "a"), one("id", "b")], "ambiguous", 0],
  ["amount and time", [one("amount_and_time", "a", 4)], "amount_and_time", 66],
  ["amount, but long ago", [one("amount_and_time", "a", 59)], "amount_and_time", 40],
  ["two of one amount", [one("amount_and_time", "a"), one("amount_and_time", "b")], "ambiguous", 0],
  ["an id beside another of the amount", [one("id"), one("amount_and_time", "b")], "id", 100],
] as const)("%s", (_, candidates, method, score) => {
  expect(matchStatementLine(candidates)).toMatchObject({ method, score });
});

describe("for any candidates", () => {
  test("the order in which they come makes no difference", () => {
    fc.assert(
      fc.property(fc.array(candidate, { maxLength: 5 }), (candidates) => {
        expect(matchStatementLine(candidates.toReversed())).toEqual(matchStatementLine(candidates));
      }),
    );
  });

  test("a match is one of them; certain evidence for two different ones is none", () => {
    fc.assert(
      fc.property(fc.array(candidate, { maxLength: 5 }), (candidates) => {
        const match = matchStatementLine(candidates);
        const certain = candidates.filter(({ by }) => by !== "amount_and_time");
        const names = new Set(certain.map(({ transactionId }) => transactionId));
        if (names.size > 1) expect(match.method).toBe("ambiguous");
        if (names.size === 1) expect(names.has(match.transactionId ?? "")).toBe(true);
        if (match.transactionId !== null) {
          expect(candidates.map(({ transactionId }) => transactionId)).toContain(
            match.transactionId,
          );
          expect(match.score).toBeGreaterThanOrEqual(40);
        } else expect(match.score).toBe(0);
      }),
    );
  });
});
