"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { parseAsArrayOf, parseAsStringLiteral, useQueryStates } from "nuqs";
import { useState } from "react";
import { LoadError } from "../../components/states.tsx";
import { words } from "../../components/status-badge.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Card } from "../../components/ui/card.tsx";
import { Skeleton } from "../../components/ui/skeleton.tsx";
import { formatDay, formatTime, zoneLabel } from "../../format/format-time.ts";
import { usePreferences } from "../../preferences/preferences-provider.tsx";
import { useTRPC } from "../../trpc/api-provider.tsx";
import { SeriesCharts } from "./series-charts.tsx";
import { type Point, toPoint } from "./series-point.ts";
import { SeriesTable } from "./series-table.tsx";

const spans = {
  "24h": { label: "24 hours", per: "hour", ms: 24 * 60 * 60_000 },
  "7d": { label: "7 days", per: "day", ms: 7 * 24 * 60 * 60_000 },
  "30d": { label: "30 days", per: "day", ms: 30 * 24 * 60 * 60_000 },
} as const;
const spanNames = ["24h", "7d", "30d"] as const;
const kinds = ["deposit", "withdrawal", "refund", "chargeback", "adjustment"] as const;

/** How it has gone: number, success, volume and speed, by hour or by business day. */
export function Charts() {
  const trpc = useTRPC();
  const router = useRouter();
  const { zone } = usePreferences();
  const [{ span, chart }, set] = useQueryStates({
    span: parseAsStringLiteral(spanNames).withDefault("7d"),
    chart: parseAsArrayOf(parseAsStringLiteral(kinds)),
  });
  const [openedAt] = useState(() => new Date());
  const [isTable, setTable] = useState(false);
  const { per, ms } = spans[span];
  const query = useQuery(
    trpc.home.series.queryOptions(
      {
        per,
        from: new Date(openedAt.getTime() - ms),
        to: openedAt,
        ...(chart !== null && { kinds: chart }),
      },
      { placeholderData: keepPreviousData, staleTime: 60_000 },
    ),
  );
  const points = query.data?.periods.map((period) =>
    toPoint(period, per === "hour" ? hourOf(period.from, zone) : formatDay(period.from, "sast")),
  );
  const open = ({ period }: Point) => {
    const params = new URLSearchParams({
      from: period.from.toISOString(),
      to: period.to.toISOString(),
      ...(chart === null ? {} : { kind: chart.join(",") }),
    });
    router.push(`/transactions?${params}`);
  };
  const toggle = (kind: (typeof kinds)[number]) => {
    const now = chart ?? [];
    const next = now.includes(kind) ? now.filter((one) => one !== kind) : [...now, kind];
    void set({ chart: next.length === 0 ? null : next });
  };
  return (
    <Card
      title={`How it has gone, by ${per === "hour" ? `hour (${zoneLabel(zone)})` : "business day (SAST)"}`}
      actions={
        <div className="flex flex-wrap items-center gap-1">
          {kinds.map((kind) => (
            <Button
              key={kind}
              size="sm"
              look={chart?.includes(kind) ? "secondary" : "ghost"}
              aria-pressed={chart?.includes(kind) ?? false}
              onClick={() => toggle(kind)}
            >
              {words(kind)}
            </Button>
          ))}
          <span className="mx-1 h-4 w-px bg-line" aria-hidden />
          {spanNames.map((name) => (
            <Button
              key={name}
              size="sm"
              look={span === name ? "secondary" : "ghost"}
              aria-pressed={span === name}
              onClick={() => void set({ span: name })}
            >
              {spans[name].label}
            </Button>
          ))}
          <Button size="sm" look="ghost" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
            {isTable ? "As charts" : "As a table"}
          </Button>
        </div>
      }
    >
      {points === undefined ? (
        query.isPending ? (
          <div role="status" aria-label="Loading">
            <Skeleton className="h-64" />
          </div>
        ) : (
          <LoadError error={query.error} onRetry={() => void query.refetch()} />
        )
      ) : isTable ? (
        <SeriesTable points={points} onOpen={open} />
      ) : (
        <SeriesCharts points={points} onOpen={open} />
      )}
    </Card>
  );
}

function hourOf(at: Date, zone: "sast" | "utc"): string {
  return formatTime(at, zone).slice(-8, -3);
}
