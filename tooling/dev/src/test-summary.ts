export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const emptyTally: Tally = { passed: 0, failed: 0, skipped: 0 };
const oneFailure: Tally = { passed: 0, failed: 1, skipped: 0 };

/** A step that is one check: it passed or it failed. */
export function tallyCheck(exitCode: number): Tally {
  return exitCode === 0 ? { passed: 1, failed: 0, skipped: 0 } : oneFailure;
}

/**
 * Counts a vitest run from its JSON report and exit code.
 *
 * A report that is missing or not understood, and a run that fails without a failed test (a file
 * that does not load, an unhandled error, a broken global setup), each count as one failure:
 * a crash must never look like success.
 */
export function tallyVitest(report: unknown, exitCode: number): Tally {
  const counted = readReport(report);
  if (counted === undefined) return oneFailure;
  const crashed = counted.failed === 0 && exitCode !== 0;
  return crashed ? { ...counted, failed: 1 } : counted;
}

function readReport(report: unknown): Tally | undefined {
  if (typeof report !== "object" || report === null) return undefined;
  const fields = report as Record<string, unknown>;
  const passed = fields["numPassedTests"];
  const failed = fields["numFailedTests"];
  const pending = fields["numPendingTests"];
  const todo = fields["numTodoTests"] ?? 0;
  if (!isCount(passed) || !isCount(failed) || !isCount(pending) || !isCount(todo)) return undefined;
  return { passed, failed, skipped: pending + todo };
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0;
}

export function addTallies(tallies: readonly Tally[]): Tally {
  return tallies.reduce(
    (sum, { passed, failed, skipped }) => ({
      passed: sum.passed + passed,
      failed: sum.failed + failed,
      skipped: sum.skipped + skipped,
    }),
    emptyTally,
  );
}

/** The closing line that CI reads: `N passed, N failed`, with `, N skipped` when there are any. */
export function closingLine({ passed, failed, skipped }: Tally): string {
  const line = `${passed} passed, ${failed} failed`;
  return skipped > 0 ? `${line}, ${skipped} skipped` : line;
}

/** A run in which nothing passed has proved nothing. */
export function exitCodeFor({ passed, failed }: Tally): 0 | 1 {
  return failed > 0 || passed === 0 ? 1 : 0;
}
