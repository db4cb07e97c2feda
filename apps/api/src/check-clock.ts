import { clockOffsetMs } from "@revio-wallet/db/clock-offset";
import type { Services } from "./context.ts";

/** Leases, limits of the day and tokens are decided by this host's clock, and others decide by theirs. */
const alarmFromMs = 2_000;
const unfitFromMs = 30_000;

/**
 * Compares this host's clock with the database's, which all hosts share. Logs an error if they differ.
 *
 * @returns false if they differ by so much that this process must not decide anything
 * @throws Error if the database cannot be asked
 */
export async function isClockFit(
  { pool, log }: Pick<Services, "pool" | "log">,
  now?: () => number,
): Promise<boolean> {
  const offsetMs = await clockOffsetMs(pool, now);
  if (Math.abs(offsetMs) >= alarmFromMs) {
    log.error(
      { clockOffsetMs: offsetMs },
      "the database's clock is ahead of this host's by so much, or behind (docs/runbooks/database.md)",
    );
  }
  return Math.abs(offsetMs) < unfitFromMs;
}
