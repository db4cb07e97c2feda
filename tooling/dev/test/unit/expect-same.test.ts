import { describe, expect, it } from "vitest";
import { expectSame, StoryDifference } from "../../src/expect-same.ts";

describe("expectSame", () => {
  it("accepts equal contents, bigints and dates included", () => {
    const at = (): object => ({ amountMinor: 5n, at: new Date(0), lines: [{ a: null }] });
    expect(() => expectSame("Things", at(), at())).not.toThrow();
  });

  it.each([
    [5n, 6n],
    [5n, 5],
    [
      [1, 2],
      [2, 1],
    ],
    [{ a: 1 }, { a: 1, b: undefined }],
    [undefined, null],
  ])("tells %o from %o, and shows both", (found, expected) => {
    expect(() => expectSame("Things", found, expected)).toThrow(StoryDifference);
    expect(() => expectSame("Things", found, expected)).toThrow(
      /Things differ\.\nExpected: .*\nFound: /s,
    );
  });
});
