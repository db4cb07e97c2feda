"use client";
import { useId } from "react";
import { zoneLabel } from "../format/format-time.ts";
import { usePreferences } from "../preferences/preferences-provider.tsx";
import { readLocalTime, writeLocalTime } from "../format/local-time.ts";
import { Input } from "./ui/input.tsx";

/** A moment, given in the zone that the operator sees times in. Takes effect when the field is left, or at Enter. */
export function InstantField({
  label,
  value,
  onChange,
}: {
  label: string;
  value: Date | null;
  onChange: (at: Date | null) => void;
}) {
  const id = useId();
  const { zone } = usePreferences();
  const shown = value === null ? "" : writeLocalTime(value, zone);
  const apply = (text: string) => {
    if (text !== shown) onChange(readLocalTime(text, zone) ?? null);
  };
  return (
    <span className="flex items-center gap-2">
      <label htmlFor={id} className="text-xs whitespace-nowrap text-ink-soft">
        {label} ({zoneLabel(zone)})
      </label>
      <Input
        key={shown}
        id={id}
        type="datetime-local"
        step={1}
        className="h-8 w-60"
        defaultValue={shown}
        onBlur={({ target }) => apply(target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") apply(event.currentTarget.value);
        }}
      />
    </span>
  );
}
