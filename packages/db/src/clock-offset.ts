import type { Queryable } from "./pool.ts";

/**
 * By how many milliseconds the database's clock is surely ahead of `now`'s (negative: behind). 0 if it lies between the
 * question and its answer: how long those were on their way nobody knows.
 */
export async function clockOffsetMs(db: Queryable, now: () => number = Date.now): Promise<number> {
  const askedAt = now();
  const { rows } = await db.query<{ ms: string }>(
    "SELECT extract(epoch FROM clock_timestamp()) * 1000 AS ms",
  );
  const answeredAt = now();
  const databaseMs = Math.round(Number(rows[0]?.ms));
  if (databaseMs > answeredAt) return databaseMs - answeredAt;
  if (databaseMs < askedAt) return databaseMs - askedAt;
  return 0;
}
