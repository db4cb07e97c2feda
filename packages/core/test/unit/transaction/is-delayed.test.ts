import { describe, expect, test } from "vitest";
import { isDelayed } from "../../../src/transaction/is-delayed.ts";

const now = new Date("2026-11-23T08:00:00Z");
const standingFor = (minutes: number) => new Date(now.getTime() - minutes * 60_000);

describe("isDelayed", () => {
  test.each([
    ["withdrawal", "queued", 10, false],
    ["withdrawal", "queued", 10.1, true],
    ["withdrawal", "processing", 11, true],
    ["withdrawal", "in_doubt", 11, true],
    // Waits for a person, not for the provider.
    ["withdrawal", "awaiting_approval", 600, false],
    ["withdrawal", "completed", 600, false],
    ["deposit", "created", 0, true],
    ["deposit", "awaiting_payment", 50, false],
    ["deposit", "expired", 600, false],
    ["refund", "completed", 600, false],
  ])("%s %s for %d minutes: %s", (kind, status, minutes, expected) => {
    expect(isDelayed({ kind, status, updatedAt: standingFor(minutes) }, now)).toBe(expected);
  });
});
