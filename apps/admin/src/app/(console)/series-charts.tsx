"use client";
import {
  Bar,
  BarChart,
  CartesianGrid,
  Cell,
  Legend,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from "recharts";
import type { Point } from "./series-point.ts";

const series = [
  { key: "completed", name: "Completed", color: "var(--chart-2)" },
  { key: "unsuccessful", name: "Unsuccessful", color: "var(--chart-4)" },
  { key: "cancelled", name: "Cancelled", color: "var(--line-strong)" },
  { key: "open", name: "Under way", color: "var(--chart-3)" },
] as const;

export function SeriesCharts({
  points,
  onOpen,
}: {
  points: Point[];
  onOpen: (point: Point) => void;
}) {
  const axis = { stroke: "var(--ink-faint)", fontSize: 11, tickLine: false } as const;
  const tooltip = {
    contentStyle: {
      background: "var(--raised)",
      border: "1px solid var(--line)",
      borderRadius: 8,
      fontSize: 12,
    },
    cursor: { fill: "var(--sunken)" },
  };
  const at = (place: unknown) => {
    const point = points[Number(place)];
    if (point !== undefined) onOpen(point);
  };
  return (
    <div className="flex flex-col gap-4">
      <figure aria-label="Transactions by outcome">
        <figcaption className="mb-2 text-xs text-ink-soft">
          Transactions created, by what became of them. A bar leads to its rows.
        </figcaption>
        <ResponsiveContainer width="100%" height={220}>
          <BarChart
            data={points}
            onClick={({ activeTooltipIndex }) => at(activeTooltipIndex)}
            className="cursor-pointer"
          >
            <CartesianGrid vertical={false} stroke="var(--line)" />
            <XAxis dataKey="label" {...axis} />
            <YAxis allowDecimals={false} width={40} {...axis} />
            <Tooltip {...tooltip} />
            <Legend wrapperStyle={{ fontSize: 12 }} />
            {series.map(({ key, name, color }) => (
              <Bar
                key={key}
                dataKey={key}
                name={name}
                stackId="all"
                fill={color}
                isAnimationActive={false}
              >
                {points.map(({ period }) => (
                  <Cell
                    key={period.from.toISOString()}
                    fillOpacity={period.isFinished ? 1 : 0.45}
                  />
                ))}
              </Bar>
            ))}
          </BarChart>
        </ResponsiveContainer>
      </figure>
      <div className="grid gap-4 lg:grid-cols-2">
        <SmallBars
          label="Success, in % of what ended and was not cancelled"
          points={points}
          axis={axis}
          tooltip={tooltip}
          bars={[{ key: "successPercent", name: "Success %", color: "var(--chart-1)" }]}
        />
        <SmallBars
          label="Seconds to completion of the slowest kind: half are faster, 95 % are faster"
          points={points}
          axis={axis}
          tooltip={tooltip}
          bars={[
            { key: "p50Seconds", name: "p50", color: "var(--chart-2)" },
            { key: "p95Seconds", name: "p95", color: "var(--chart-3)" },
          ]}
        />
      </div>
      <p className="text-xs text-ink-soft">* not over yet: more may come.</p>
    </div>
  );
}

function SmallBars({
  label,
  points,
  axis,
  tooltip,
  bars,
}: {
  label: string;
  points: Point[];
  axis: object;
  tooltip: object;
  bars: readonly { key: string; name: string; color: string }[];
}) {
  return (
    <figure aria-label={label}>
      <figcaption className="mb-2 text-xs text-ink-soft">{label}</figcaption>
      <ResponsiveContainer width="100%" height={150}>
        <BarChart data={points}>
          <CartesianGrid vertical={false} stroke="var(--line)" />
          <XAxis dataKey="label" {...axis} />
          <YAxis width={40} {...axis} />
          <Tooltip
            {...tooltip}
            formatter={(value) => (typeof value === "number" ? value.toFixed(1) : "–")}
          />
          {bars.map(({ key, name, color }) => (
            <Bar key={key} dataKey={key} name={name} fill={color} isAnimationActive={false} />
          ))}
        </BarChart>
      </ResponsiveContainer>
    </figure>
  );
}
