"use client";
import { useId } from "react";
import { Input } from "../ui/input.tsx";

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

function FilterDay({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string | null;
  onChange: (day: string | null) => void;
}) {
  const id = useId();
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-xs text-ink-soft">
        {label}
      </label>
      <Input
        id={id}
        type="date"
        className="w-40"
        value={value ?? ""}
        onChange={({ target }) => onChange(target.value === "" ? null : target.value)}
      />
    </div>
  );
}
