import {
  findLatestScheduledWindow,
  type ReconciliationKind,
} from "@revio-wallet/db/sql/reconciliation-runs";
import type { Context } from "../context.ts";
import { startOfBusinessDay } from "../transaction/check-limits.ts";
import { requestRun } from "./request-run.ts";

/** After a longer silence somebody has to decide what is still worth reconciling. */
const longestCatchUpDays = 14;

/**
 * Asks for yesterday's runs of all three kinds, and for those of days that were missed. Run twice a day or once in three:
 * the tables say what is missing. The float is as it is now, so of missed days only the last is looked at.
 */
export async function requestDailyRuns(ctx: Context): Promise<void> {
  const today = startOfBusinessDay(ctx.clock.now());
  for (const kind of ["objects", "statement", "float"] as const) {
    for (const window of await missingWindows(ctx, kind, today)) {
      await requestRun(ctx, { kind, ...window });
    }
  }
}

async function missingWindows(ctx: Context, kind: ReconciliationKind, today: Date) {
  const yesterday = dayBefore(today);
  const done = kind === "float" ? undefined : await findLatestScheduledWindow(ctx.pool, kind);
  const windows: { windowFrom: Date; windowTo: Date }[] = [];
  let windowTo = today;
  for (let days = 0; days < longestCatchUpDays; days += 1) {
    const windowFrom = dayBefore(windowTo);
    windows.unshift({ windowFrom, windowTo });
    windowTo = windowFrom;
    if (done === undefined ? windowFrom <= yesterday : windowFrom <= done) break;
  }
  return windows;
}

/** Noon of the day before is in that day, whatever a clock change does. */
function dayBefore(midnight: Date): Date {
  return startOfBusinessDay(new Date(midnight.getTime() - 12 * 60 * 60_000));
}
