import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nextLookAt } from "../../../src/revio/next-look.ts";

const receivedAt = new Date("2026-11-25T08:00:00Z");
const paid = { since: receivedAt, isPaid: true };
const hour = 60 * 60_000;
const after = (hours: number) => new Date(receivedAt.getTime() + hours * hour);

describe("when a purchase is read again", () => {
  test.each([
    [0, 1],
    [1, 6],
    [5.9, 6],
    [6, 24],
    // An outage of days: what was missed is made up by one look.
    [100, 168],
    [45 * 24, 60 * 24],
  ])("%d hours after the money came in, the next look is at %d", (now, next) => {
    expect(nextLookAt(paid, after(now))).toEqual(after(next));
  });

  test("no card is disputed after 60 days", () => {
    expect(nextLookAt(paid, after(60 * 24))).toBeUndefined();
  });

  test("what is not paid after a week is left alone", () => {
    const unpaid = { ...paid, isPaid: false };
    expect(nextLookAt(unpaid, after(3 * 24))).toEqual(after(7 * 24));
    expect(nextLookAt(unpaid, after(7 * 24))).toBeUndefined();
  });

  test("each look leads to a later one, nine in all, however late each is", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 30 }), (lateMinutes) => {
        let looks = 0;
        let at: Date | undefined = receivedAt;
        for (;;) {
          const next = nextLookAt(paid, new Date(at.getTime() + lateMinutes * 60_000));
          if (next === undefined) break;
          expect(next.getTime()).toBeGreaterThan(at.getTime());
          at = next;
          looks += 1;
        }
        expect(looks).toBe(9);
      }),
    );
  });
});
