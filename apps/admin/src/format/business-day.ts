/** Days in filters are business days, whichever zone times are shown in: a link shows a colleague the same rows. South Africa keeps +02:00 all year. */
const offset = "+02:00";
const offsetMs = 2 * 3_600_000;

/** When a day like "2026-11-27" begins; undefined if it is no day. */
export function startOfBusinessDay(day: string | null): Date | undefined {
  if (day === null) return undefined;
  const at = new Date(`${day}T00:00:00${offset}`);
  return Number.isNaN(at.getTime()) ? undefined : at;
}

/** When it is over. */
export function endOfBusinessDay(day: string | null): Date | undefined {
  const start = startOfBusinessDay(day);
  return start === undefined ? undefined : new Date(start.getTime() + 86_400_000);
}

/** The day in which a moment lies: "2026-11-27". */
export function businessDayOf(at: Date): string {
  return new Date(at.getTime() + offsetMs).toISOString().slice(0, 10);
}

/** The half-open period of two days, both of them in it; what the API takes. */
export function periodOf(days: { from: string | null; to: string | null }): {
  from?: Date;
  to?: Date;
} {
  const from = startOfBusinessDay(days.from);
  const to = endOfBusinessDay(days.to);
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}
