import { z } from "zod";

// Times: Revio sends unix seconds, deliveries ISO-8601. We hand out `Date` for both, because a
// `Date` cannot be mistaken for milliseconds or seconds. Revio's resolution is one second.

const LATEST_UNIX_SECOND = 253_402_300_799; // end of the year 9999

/** Response schema: unix seconds → `Date`. */
export const unixTime = z
  .int()
  .min(0)
  .max(LATEST_UNIX_SECOND)
  .transform((seconds) => new Date(seconds * 1000));

/** Response schema: unix seconds, null or absent → `Date | null`. */
export const unixTimeOrNull = unixTime.nullish().transform((time) => time ?? null);

/** Response schema: ISO-8601 with offset (webhook deliveries), null or absent → `Date | null`. */
export const isoTimeOrNull = z.iso
  .datetime({ offset: true })
  .nullish()
  .transform((text) => (text ? new Date(text) : null));

/** Request value: whole unix seconds, rounded down. */
export function toUnixSeconds(time: Date): number {
  return Math.floor(time.getTime() / 1000);
}

/** Response schema: blanks are "" or null on the wire, by field and by mood; always "" here. */
export const text = z
  .string()
  .nullish()
  .transform((value) => value ?? "");

/** Lower-case UUID of any version; used in paths, so nothing else may pass. */
export const uuid = z
  .string()
  .regex(
    /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
    "must be a lower-case UUID",
  );

/** Request schema: a JSON object; a `bigint`, `Date` or function inside is refused, not mangled. */
export const jsonObject = z.record(z.string(), z.json());
export type JsonObject = z.input<typeof jsonObject>;

/**
 * A word from a vocabulary that Revio extends without notice. Known words are in the type, unknown
 * ones pass: the caller parks them, they are neither a crash nor a failure.
 */
export function openWord<Known extends string>() {
  return z
    .string()
    .min(1)
    .max(64)
    .transform((word) => word as Known | (string & {}));
}
