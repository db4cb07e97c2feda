"use client";
import { FilterDay } from "./filter-bar.tsx";

/** First and last business day of a period, in South African time; either may be open. */
export function FilterPeriod({
  from,
  to,
  onChange,
}: {
  from: string | null;
  to: string | null;
  onChange: (next: { from?: string | null; to?: string | null }) => void;
}) {
  return (
    <>
      <FilterDay label="From day (SAST)" value={from} onChange={(day) => onChange({ from: day })} />
      <FilterDay label="To day (SAST)" value={to} onChange={(day) => onChange({ to: day })} />
    </>
  );
}
