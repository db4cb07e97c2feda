import type { RouterOutputs } from "../../trpc/operator-router.ts";

type Period = RouterOutputs["home"]["series"]["periods"][number];

/** One period of the charts, all chosen kinds together. */
export interface Point {
  label: string;
  period: Period;
  completed: number;
  unsuccessful: number;
  cancelled: number;
  open: number;
  completedMinor: bigint;
  /** Of those that ended otherwise than by being cancelled; null: none did. */
  successPercent: number | null;
  p50Seconds: number | null;
  p95Seconds: number | null;
}

export function toPoint(period: Period, label: string): Point {
  const sum = (of: (one: Period["byKind"][number]) => number) =>
    period.byKind.reduce((total, one) => total + of(one), 0);
  const completed = sum((one) => one.completed);
  const unsuccessful = sum((one) => one.unsuccessful);
  // Of several kinds together there is no percentile: the slowest kind speaks.
  const slowest = (of: (one: Period["byKind"][number]) => number | null) => {
    const known = period.byKind.map(of).filter((one) => one !== null);
    return known.length === 0 ? null : Math.max(...known);
  };
  return {
    label: period.isFinished ? label : `${label} *`,
    period,
    completed,
    unsuccessful,
    cancelled: sum((one) => one.cancelled),
    open: sum((one) => one.open),
    completedMinor: period.byKind.reduce((total, one) => total + one.completedMinor, 0n),
    successPercent:
      completed + unsuccessful === 0 ? null : (100 * completed) / (completed + unsuccessful),
    p50Seconds: slowest((one) => one.p50Seconds),
    p95Seconds: slowest((one) => one.p95Seconds),
  };
}
