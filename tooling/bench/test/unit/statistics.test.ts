import { describe, expect, test } from "vitest";
import { median, pairedRatio, percentile, summarise } from "../../src/report/statistics.ts";

describe("percentile", () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

  test.each([
    [1, 1],
    [50, 50],
    [99, 99],
    [99.5, 100],
    [100, 100],
  ])("p%d of 1 to 100 is %d", (percent, expected) => {
    expect(percentile(hundred, percent)).toBe(expected);
  });

  test("of few values p99 is the largest, and of one it is that one", () => {
    expect(percentile([3, 1, 2], 99)).toBe(3);
    expect(percentile([7], 50)).toBe(7);
  });

  test("sorts by size, not as text", () => {
    expect(percentile([10, 9, 100], 50)).toBe(10);
  });

  test("leaves its input as it is", () => {
    const values = [3, 1, 2];
    percentile(values, 50);
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });

  test("of nothing is not a number, so that nobody takes it for a fast answer", () => {
    expect(percentile([], 99)).toBeNaN();
  });
});

describe("median", () => {
  test("is the middle value, or the mean of the two middle ones", () => {
    expect(median([5, 1, 100])).toBe(5);
    expect(median([4, 1, 2, 100])).toBe(3);
    expect(median([])).toBeNaN();
  });
});

test("summarise names middle and extremes", () => {
  expect(summarise([4, 2, 9])).toEqual({ median: 4, lowest: 2, highest: 9 });
});

describe("pairedRatio", () => {
  test("compares within rounds: a machine that halves its speed midway does not show", () => {
    expect(pairedRatio([60, 60, 30, 30], [100, 100, 50, 50])).toEqual({
      median: 0.6,
      lowest: 0.6,
      highest: 0.6,
    });
  });

  test("one disturbed round moves the extremes and not the median", () => {
    expect(pairedRatio([60, 5, 60], [100, 100, 100])).toEqual({
      median: 0.6,
      lowest: 0.05,
      highest: 0.6,
    });
  });

  test("refuses series of different rounds", () => {
    expect(() => pairedRatio([1, 2], [1])).toThrow("2 rounds cannot be compared with 1");
  });
});
