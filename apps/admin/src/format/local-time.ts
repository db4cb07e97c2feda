import type { Zone } from "./format-time.ts";

/** Neither zone ever changes its clocks. */
const offsets: Record<Zone, { text: string; ms: number }> = {
  sast: { text: "+02:00", ms: 2 * 3_600_000 },
  utc: { text: "Z", ms: 0 },
};

/** What a `datetime-local` field holds, as a moment; undefined if it holds none. */
export function readLocalTime(text: string, zone: Zone): Date | undefined {
  const at = new Date(`${text}${offsets[zone].text}`);
  return text === "" || Number.isNaN(at.getTime()) ? undefined : at;
}

/** "2026-11-27T14:05:31", to the second. */
export function writeLocalTime(at: Date, zone: Zone): string {
  return new Date(at.getTime() + offsets[zone].ms).toISOString().slice(0, 19);
}
