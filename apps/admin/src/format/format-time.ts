/** The two zones that operators think in. Business days are South African. */
export type Zone = "sast" | "utc";

const names: Record<Zone, { id: string; label: string }> = {
  sast: { id: "Africa/Johannesburg", label: "SAST" },
  utc: { id: "UTC", label: "UTC" },
};

export function zoneLabel(zone: Zone): string {
  return names[zone].label;
}

export function zoneId(zone: Zone): string {
  return names[zone].id;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: Zone, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${zone} ${JSON.stringify(options)}`;
  let found = formats.get(key);
  if (found === undefined) {
    found = new Intl.DateTimeFormat("en-GB", { timeZone: names[zone].id, ...options });
    formats.set(key, found);
  }
  return found;
}

/** "27 Nov 2026, 14:05:31" */
export function formatTime(at: Date, zone: Zone): string {
  return format(zone, {
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  }).format(at);
}

/** "27 Nov 2026" */
export function formatDay(at: Date, zone: Zone): string {
  return format(zone, { day: "numeric", month: "short", year: "numeric" }).format(at);
}

const steps: [limitSeconds: number, unitSeconds: number, unit: Intl.RelativeTimeFormatUnit][] = [
  [60, 1, "second"],
  [3_600, 60, "minute"],
  [86_400, 3_600, "hour"],
  [86_400 * 60, 86_400, "day"],
  [86_400 * 730, 86_400 * 30, "month"],
  [Number.POSITIVE_INFINITY, 86_400 * 365, "year"],
];

/** "3 minutes ago", "in 2 hours" */
export function formatRelative(at: Date, now: Date): string {
  const seconds = (at.getTime() - now.getTime()) / 1_000;
  const [, size, unit] = steps.find(([limit]) => Math.abs(seconds) < limit) ?? [0, 1, "second"];
  return new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(
    Math.trunc(seconds / size),
    unit,
  );
}

/** How long something has waited, short: "3 d", "14 min". */
export function formatAge(since: Date, now: Date): string {
  const seconds = Math.max(0, Math.floor((now.getTime() - since.getTime()) / 1_000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 2 * 86_400) return `${Math.floor(seconds / 3_600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}
