import type { CheckStep, DifferenceRow } from "@revio-wallet/db/sql/check-definition";
import {
  type DayCloseRow,
  findVanishedCloses,
  listDayClosesAfter,
  readLastDayClose,
} from "@revio-wallet/db/sql/day-closes";
import type { Queryable } from "@revio-wallet/db/pool";
import type { DayCloseContext } from "./day-close-context.ts";
import { compareDayClose } from "./verify-day-close.ts";

type Keys = Pick<DayCloseContext, "dayCloseKeys">;

/** Certificates read at once by the pass through all of them. */
const batch = 50;

/**
 * The next certificates behind a day, each against the one before it and the stretch of the ledger between their cuts; at the
 * end, whether one has vanished. A change of old history is found where it was made, and costs what that day costs.
 */
export async function checkDayCloses(
  ctx: Keys,
  db: Queryable,
  step: { after: string[] | null; size: number },
): Promise<CheckStep> {
  const rows = await listDayClosesAfter(db, { after: step.after?.[0] ?? null, limit: step.size });
  const differences: DifferenceRow[] = [];
  for (const row of rows) differences.push(...(await differencesOf(ctx, db, row, "day before")));
  const isLast = rows.length < step.size;
  if (isLast) {
    for (const businessOn of await findVanishedCloses(db)) {
      differences.push(difference(businessOn, "certificate", "as announced", "none"));
    }
  }
  const last = rows.at(-1)?.businessOn;
  return { cursor: last === undefined ? null : [last], isLast, differences };
}

/**
 * Every certificate so, and the newest besides against the whole ledger as of its cut: one derivation that adds up everything
 * anew, however many days there are.
 */
export async function checkAllDayCloses(ctx: Keys, db: Queryable): Promise<DifferenceRow[]> {
  const differences: DifferenceRow[] = [];
  let after: string[] | null = null;
  for (let isLast = false; !isLast;) {
    const step: CheckStep = await checkDayCloses(ctx, db, { after, size: batch });
    differences.push(...step.differences);
    ({ cursor: after, isLast } = step);
  }
  const newest = await readLastDayClose(db);
  if (newest === undefined) return differences;
  return [...differences, ...(await differencesOf(ctx, db, newest, "whole ledger"))];
}

async function differencesOf(
  ctx: Keys,
  db: Queryable,
  row: DayCloseRow,
  from: Parameters<typeof compareDayClose>[3],
): Promise<DifferenceRow[]> {
  const found = await compareDayClose(ctx, db, row, from);
  return found.map(({ what, expected, actual }) =>
    difference(row.businessOn, what, expected, actual),
  );
}

function difference(
  businessOn: string,
  what: string,
  expected: string,
  actual: string,
): DifferenceRow {
  return {
    subject: `${businessOn} ${what}`,
    // Evidence is for people: the certificate itself has the rest.
    expected: expected.slice(0, 500),
    actual: actual.slice(0, 500),
    breakSubject: `day:${businessOn}`,
    userId: null,
    transactionId: null,
  };
}
