import { describe, expect, it } from "vitest";
import {
  addTallies,
  closingLine,
  exitCodeFor,
  tallyCheck,
  tallyVitest,
} from "../../src/test-summary.ts";

const report = { numPassedTests: 7, numFailedTests: 0, numPendingTests: 1, numTodoTests: 2 };

describe("tallyVitest", () => {
  it("counts what the report says, with todo tests among the skipped", () => {
    expect(tallyVitest(report, 0)).toEqual({ passed: 7, failed: 0, skipped: 3 });
    expect(tallyVitest({ ...report, numFailedTests: 4 }, 1)).toMatchObject({ failed: 4 });
  });

  it("counts a crash without a failed test as one failure", () => {
    expect(tallyVitest(report, 1)).toEqual({ passed: 7, failed: 1, skipped: 3 });
  });

  it.each([
    undefined,
    null,
    {},
    { ...report, numPassedTests: "7" },
    { ...report, numFailedTests: -1 },
  ])("counts the unusable report %j as one failure, also after exit code 0", (unusable) => {
    expect(tallyVitest(unusable, 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });
});

describe("closing line and exit code", () => {
  it("sums checks and tests", () => {
    const total = addTallies([tallyCheck(0), tallyCheck(2), tallyVitest(report, 0)]);
    expect(closingLine(total)).toBe("8 passed, 1 failed, 3 skipped");
    expect(exitCodeFor(total)).toBe(1);
  });

  it("leaves the skipped out when there are none", () => {
    expect(closingLine({ passed: 3, failed: 0, skipped: 0 })).toBe("3 passed, 0 failed");
  });

  it("fails when nothing passed", () => {
    expect(exitCodeFor({ passed: 0, failed: 0, skipped: 5 })).toBe(1);
    expect(exitCodeFor({ passed: 1, failed: 0, skipped: 5 })).toBe(0);
  });
});
