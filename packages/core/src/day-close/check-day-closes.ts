import type { CheckStep, DifferenceRow } from "@revio-wallet/db/sql/check-definition";
import { findVanishedCloses, listDayClosesAfter } from "@revio-wallet/db/sql/day-closes";
import type { Queryable } from "@revio-wallet/db/pool";
import type { DayCloseContext } from "./day-close-context.ts";
import { compareDayClose } from "./verify-day-close.ts";

/** The next certificates behind a day, each against the ledger as of its cut; at the end, whether one has vanished. */
export async function checkDayCloses(
  ctx: Pick<DayCloseContext, "dayCloseKeys">,
  db: Queryable,
  step: { after: string[] | null; size: number },
): Promise<CheckStep> {
  const after = step.after?.[0] ?? null;
  const rows = await listDayClosesAfter(db, { after, limit: step.size });
  const differences: DifferenceRow[] = [];
  for (const row of rows) {
    for (const { what, expected, actual } of await compareDayClose(ctx, db, row)) {
      differences.push(difference(row.businessOn, what, expected, actual));
    }
  }
  const isLast = rows.length < step.size;
  if (isLast) {
    for (const businessOn of await findVanishedCloses(db)) {
      differences.push(difference(businessOn, "certificate", "as announced", "none"));
    }
  }
  const last = rows.at(-1)?.businessOn;
  return { cursor: last === undefined ? null : [last], isLast, differences };
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
