"use client";
import { Money } from "../../components/money.tsx";
import { Button } from "../../components/ui/button.tsx";
import type { Point } from "./series-point.ts";

/** The charts in figures. */
export function SeriesTable({
  points,
  onOpen,
}: {
  points: Point[];
  onOpen: (point: Point) => void;
}) {
  const head = "border-b px-2 py-1.5 text-right text-xs font-medium text-ink-soft first:text-left";
  const cell = "tabular border-b px-2 py-1.5 text-right first:text-left";
  const number = (value: number | null) => (value === null ? "–" : value.toFixed(1));
  return (
    <div className="overflow-x-auto">
      <table aria-label="How it has gone" className="w-full text-sm">
        <thead>
          <tr>
            {[
              "Period",
              "Completed",
              "Unsuccessful",
              "Cancelled",
              "Under way",
              "Volume",
              "Success %",
              "p50 s",
              "p95 s",
            ].map((title) => (
              <th key={title} scope="col" className={head}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {points.map((point) => (
            <tr key={point.period.from.toISOString()}>
              <td className={cell}>
                <Button size="sm" look="ghost" className="-mx-2" onClick={() => onOpen(point)}>
                  {point.label}
                </Button>
              </td>
              <td className={cell}>{point.completed}</td>
              <td className={cell}>{point.unsuccessful}</td>
              <td className={cell}>{point.cancelled}</td>
              <td className={cell}>{point.open}</td>
              <td className={cell}>
                <Money amountMinor={point.completedMinor} currency="ZAR" />
              </td>
              <td className={cell}>{number(point.successPercent)}</td>
              <td className={cell}>{number(point.p50Seconds)}</td>
              <td className={cell}>{number(point.p95Seconds)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="mt-2 text-xs text-ink-soft">* not over yet: more may come.</p>
    </div>
  );
}
