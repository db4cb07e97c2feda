import { TZDate } from "@date-fns/tz";
import { format, startOfDay } from "date-fns";
import { businessTimeZone } from "../transaction/check-limits.ts";

/** The business day that an instant falls in: "2026-11-24". */
export function businessDayOf(instant: Date): string {
  return format(new TZDate(instant, businessTimeZone), "yyyy-MM-dd");
}

/** The day after: days are counted on the calendar, not by hours. */
export function dayAfter(businessOn: string): string {
  const day = new Date(`${businessOn}T00:00:00.000Z`);
  day.setUTCDate(day.getUTCDate() + 1);
  return day.toISOString().slice(0, 10);
}

/** The instant at which a business day begins. */
export function startOf(businessOn: string): Date {
  const [year, month, day] = businessOn.split("-").map(Number) as [number, number, number];
  return new Date(startOfDay(new TZDate(year, month - 1, day, businessTimeZone)).getTime());
}
