const hour = 60 * 60_000;
const day = 24 * hour;

/**
 * When a paid purchase is read again, counted from when its money came in. A refund or a dispute is told by webhook only,
 * and a card can be disputed for about two months.
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

/** The next look after `now`; undefined when the last one is over. */
export function nextLookAt(receivedAt: Date, now: Date): Date | undefined {
  const next = looksAfterMs.find((afterMs) => receivedAt.getTime() + afterMs > now.getTime());
  return next === undefined ? undefined : new Date(receivedAt.getTime() + next);
}
