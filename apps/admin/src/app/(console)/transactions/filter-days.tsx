"use client";
import { FilterDay } from "../../../components/list/filter-bar.tsx";
import {
  businessDayOf,
  endOfBusinessDay,
  startOfBusinessDay,
} from "../../../format/business-day.ts";

/** Business days; the address holds moments, because a bar of a chart leads to the rows of its hour. */
export function FilterDays({
  from,
  to,
  onChange,
}: {
  from: Date | null;
  /** Before this moment. */
  to: Date | null;
  onChange: (next: { from?: Date | null; to?: Date | null }) => void;
}) {
  return (
    <>
      <FilterDay
        label="From day (SAST)"
        value={from && businessDayOf(from)}
        onChange={(day) => onChange({ from: startOfBusinessDay(day) ?? null })}
      />
      <FilterDay
        label="To day (SAST)"
        value={to && businessDayOf(new Date(to.getTime() - 1))}
        onChange={(day) => onChange({ to: endOfBusinessDay(day) ?? null })}
      />
    </>
  );
}
