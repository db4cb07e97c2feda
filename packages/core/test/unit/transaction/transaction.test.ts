import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { uuidv7 } from "../../../src/ids.ts";
import { startOfBusinessDay } from "../../../src/transaction/check-limits.ts";
import { after, toPage } from "../../../src/transaction/page-cursor.ts";
import { transactionReference } from "../../../src/transaction/transaction-reference.ts";
import {
  mayChange,
  statusChanges,
  type TransactionKind,
  transactionKinds,
  transactionStatuses,
} from "../../../src/transaction/transaction-status.ts";

describe("a reference", () => {
  test.each([
    ["deposit", "DEP-"],
    ["withdrawal", "WDR-"],
    ["refund", "RFD-"],
    ["chargeback", "CHB-"],
    ["adjustment", "ADJ-"],
  ] as const)("of a %s begins with %s, and can be read over the telephone", (kind, prefix) => {
    for (let round = 0; round < 100; round++) {
      const reference = transactionReference(kind, uuidv7(new Date(), randomBytes(10)));
      expect(reference.startsWith(prefix)).toBe(true);
      expect(reference.slice(4)).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}$/);
    }
  });

  test("is made of the last 60 bits of the id, and of nothing else", () => {
    expect(transactionReference("deposit", "00000000-0000-7000-8000-000000000000")).toBe(
      "DEP-0000-0000-0000",
    );
    expect(transactionReference("deposit", "00000000-0000-7000-8fff-ffffffffffff")).toBe(
      "DEP-ZZZZ-ZZZZ-ZZZZ",
    );
    expect(transactionReference("deposit", "ffffffff-ffff-7fff-8000-000000000021")).toBe(
      "DEP-0000-0000-0011",
    );
  });
});

describe("statuses", () => {
  test("lead only to statuses of the same kind, and none to itself", () => {
    for (const kind of transactionKinds) {
      const changes: Record<string, readonly string[]> = statusChanges[kind];
      for (const [from, tos] of Object.entries(changes)) {
        for (const to of tos) {
          expect(Object.keys(changes)).toContain(to);
          expect(to).not.toBe(from);
          expect(mayChange(kind, from, to)).toBe(true);
        }
      }
    }
  });

  test("that nobody knows lead nowhere", () => {
    expect(mayChange("deposit", "queued", "completed")).toBe(false);
    expect(mayChange("deposit", "no such", "completed")).toBe(false);
    expect(mayChange("withdrawal", "toString", "length")).toBe(false);
  });

  test.each<[TransactionKind, string]>([
    ["deposit", "completed"],
    ["withdrawal", "failed"],
    ["withdrawal", "cancelled"],
    ["withdrawal", "rejected"],
    ["withdrawal", "returned"],
    ["refund", "completed"],
    ["chargeback", "reversed"],
    ["adjustment", "completed"],
  ])("%s %s is the end", (kind, status) => {
    expect(transactionStatuses.filter((to) => mayChange(kind, status, to))).toEqual([]);
  });

  test("money that has left, or may have, cannot be taken back by cancelling", () => {
    for (const status of ["processing", "in_doubt", "completed"]) {
      expect(mayChange("withdrawal", status, "cancelled")).toBe(false);
      expect(mayChange("withdrawal", status, "rejected")).toBe(false);
    }
  });
});

describe("the business day", () => {
  test.each([
    ["2026-11-24T21:59:59.999Z", "2026-11-23T22:00:00.000Z"],
    ["2026-11-24T22:00:00.000Z", "2026-11-24T22:00:00.000Z"],
    ["2026-07-01T12:00:00.000Z", "2026-06-30T22:00:00.000Z"],
    ["2026-12-31T22:30:00.000Z", "2026-12-31T22:00:00.000Z"],
  ])("of %s begins at %s", (now, start) => {
    expect(startOfBusinessDay(new Date(now)).toISOString()).toBe(start);
  });
});

describe("a cursor", () => {
  const at = (ms: number, id: string) => ({ createdAt: new Date(ms), id });
  const uuid = fc.uuid();

  test("leads back to where the page ended", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4_000_000_000_000 }),
        uuid,
        uuid,
        (ms, first, second) => {
          const page = toPage([at(ms, first), at(ms, second)], 1, ({ id }) => id);
          expect(page.items).toEqual([first]);
          expect(after(page.nextCursor ?? "")).toEqual({
            OR: [
              { createdAt: { lt: new Date(ms) } },
              { createdAt: new Date(ms), id: { lt: first } },
            ],
          });
        },
      ),
    );
  });

  test("is null on the last page, and no filter on the first", () => {
    expect(toPage([at(1, "a")], 1, ({ id }) => id).nextCursor).toBeNull();
    expect(toPage([], 1, String)).toEqual({ items: [], nextCursor: null });
    expect(after(undefined)).toEqual({});
  });

  test("of any other text is refused", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(() => after(text)).toThrow("not one of ours");
      }),
    );
  });
});
