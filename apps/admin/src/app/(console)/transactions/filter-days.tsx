"use client";
import { useId } from "react";
import { Input } from "../../../components/ui/input.tsx";
import { zoneId } from "../../../format/format-time.ts";
import { usePreferences } from "../../../preferences/preferences-provider.tsx";

const day = 24 * 60 * 60_000;
/** Neither zone knows summer time. */
const offsets = { sast: 2 * 60 * 60_000, utc: 0 };

/** Days of the operator's zone; the address holds moments, so that others see the same rows. */
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
  const { zone } = usePreferences();
  const id = useId();
  const text = (at: Date | null) =>
    at === null ? "" : new Date(at.getTime() + offsets[zone]).toISOString().slice(0, 10);
  const moment = (value: string) =>
    value === "" ? null : new Date(Date.parse(`${value}T00:00:00Z`) - offsets[zone]);
  const lastDay = to === null ? null : new Date(to.getTime() - 1);
  return (
    <>
      <div className="flex flex-col gap-1">
        <label htmlFor={`${id}-from`} className="text-xs text-ink-soft">
          From
        </label>
        <Input
          id={`${id}-from`}
          type="date"
          title={zoneId(zone)}
          className="w-36"
          value={text(from)}
          onChange={({ target }) => onChange({ from: moment(target.value) })}
        />
      </div>
      <div className="flex flex-col gap-1">
        <label htmlFor={`${id}-to`} className="text-xs text-ink-soft">
          To, included
        </label>
        <Input
          id={`${id}-to`}
          type="date"
          title={zoneId(zone)}
          className="w-36"
          value={text(lastDay)}
          onChange={({ target }) => {
            const first = moment(target.value);
            onChange({ to: first === null ? null : new Date(first.getTime() + day) });
          }}
        />
      </div>
    </>
  );
}
