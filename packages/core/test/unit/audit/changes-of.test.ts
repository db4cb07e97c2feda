import { describe, expect, test } from "vitest";
import { changesOf } from "../../../src/audit/changes-of.ts";

describe("C60 before and after", () => {
  test.each([
    [{ from: null, to: "7" }, [{ field: "value", before: null, after: "7" }]],
    [{ fromStatus: "a", toStatus: "b" }, [{ field: "status", before: "a", after: "b" }]],
    [{ roleBefore: "x", roleAfter: "y" }, [{ field: "role", before: "x", after: "y" }]],
    [
      { before: { role: "x", name: "n" }, after: { role: "y" } },
      [
        { field: "role", before: "x", after: "y" },
        { field: "name", before: "n", after: null },
      ],
    ],
  ])("%j", (details, changes) => {
    expect(changesOf({ ...details, reason: "because" })).toEqual({
      changes,
      rest: { reason: "because" },
    });
  });

  test("a name that only looks like one side is told as it is", () => {
    const details = { from: "Johannesburg", total: 3, tokenBefore: "x", toStatus: "paid" };
    expect(changesOf(details)).toEqual({ changes: [], rest: details });
  });
});
