"use client";
import { parseAsString, parseAsStringLiteral, type Values } from "nuqs";
import { periodOf } from "../../format/business-day.ts";
import { FilterDay, FilterSelect } from "./filter-bar.tsx";

const hourMs = 60 * 60_000;
const lengths = { "1h": hourMs, "24h": 24 * hourMs, "7d": 168 * hourMs, "30d": 720 * hourMs };
type Length = keyof typeof lengths;

/** In the URL a period stays what was meant: "the last 24 hours" are others tomorrow; days are these days. */
export const periodFilters = {
  period: parseAsStringLiteral(Object.keys(lengths) as Length[]),
  /** "2026-11-27", the first day. */
  from: parseAsString,
  /** The last day. */
  to: parseAsString,
};
type Period = Values<typeof periodFilters>;

/** The moments of a period: from the first, up to and without the last. To the minute, so that a page asks once. */
export function rangeOf({ period, from, to }: Period): { from?: Date; to?: Date } {
  if (period !== null) {
    return { from: new Date(Math.floor(Date.now() / 60_000) * 60_000 - lengths[period]) };
  }
  return periodOf({ from, to });
}

export function PeriodFilter({
  value,
  onChange,
}: {
  value: Period;
  onChange: (next: Period) => void;
}) {
  return (
    <>
      <FilterSelect
        label="Period"
        value={value.period}
        choices={[
          { value: "1h", label: "Last hour" },
          { value: "24h", label: "Last 24 hours" },
          { value: "7d", label: "Last 7 days" },
          { value: "30d", label: "Last 30 days" },
        ]}
        onChange={(period) => onChange({ period: period as Length | null, from: null, to: null })}
      />
      <FilterDay
        label="From day (SAST)"
        value={value.from}
        onChange={(from) => onChange({ period: null, from, to: value.to })}
      />
      <FilterDay
        label="To day (SAST)"
        value={value.to}
        onChange={(to) => onChange({ period: null, from: value.from, to })}
      />
    </>
  );
}
