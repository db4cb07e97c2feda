const hour = 60 * 60_000;
const day = 24 * hour;

/**
 * When a purchase is read again, counted from when its money came in; until then, from when it was made. A refund, a
 * dispute, or a payment after the deposit has ended is told by webhook only, and a card can be disputed for about two
 * months.
 */
const looksAfterMs = [
  hour,
  6 * hour,
  day,
  3 * day,
  7 * day,
  14 * day,
  30 * day,
  45 * day,
  60 * day,
];
/** Who has not paid by then does not pay any more. */
const unpaidForMs = 7 * day;

/** The next look after `now`; undefined when the last one is over. */
export function nextLookAt(basis: { since: Date; isPaid: boolean }, now: Date): Date | undefined {
  const since = basis.since.getTime();
  const afterMs = looksAfterMs.find((ms) => since + ms > now.getTime());
  if (afterMs === undefined || (!basis.isPaid && afterMs > unpaidForMs)) return undefined;
  return new Date(since + afterMs);
}
