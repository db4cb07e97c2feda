import { readTransactionSeries, type SeriesRow } from "@revio-wallet/db/sql/transaction-series";
import type { Context } from "../context.ts";
import { businessDayOf, dayAfter, startOf } from "../day-close/business-day.ts";
import { DomainError } from "../errors.ts";
import type { Currency } from "../money.ts";
import { requireOperator } from "../operator/require-operator.ts";
import { transactionKinds, type TransactionKind } from "../transaction/transaction-status.ts";

const hour = 60 * 60_000;

/** No more is read at once than these: what was created in so much time. */
const mostPeriods = { hour: 7 * 24, day: 31 };

export interface SeriesPeriod {
  from: Date;
  to: Date;
  /** It is over; of one that is not, more may come. */
  isFinished: boolean;
  byKind: (Omit<SeriesRow, "kind"> & { kind: TransactionKind })[];
}

/**
 * Number, volume, success and speed of what was created, by hour or by business day, and by kind. Whole periods: the first is the one
 * that `from` falls in, the last the one before `to`.
 *
 * @throws DomainError FORBIDDEN, INVALID_INPUT for more than 168 hours or 31 days, or for none
 */
export async function getSeries(
  ctx: Pick<Context, "pool" | "actor" | "clock">,
  input: {
    per: "hour" | "day";
    from: Date;
    to: Date;
    kinds?: readonly TransactionKind[] | undefined;
    currency: Currency;
  },
): Promise<SeriesPeriod[]> {
  await requireOperator(ctx, ctx.pool, "transactions.view");
  const bounds = boundsOf(input);
  const { currency, kinds = transactionKinds } = input;
  const rows = await readTransactionSeries(ctx.pool, { bounds, kinds, currency });
  const now = ctx.clock.now();
  return bounds.slice(0, -1).flatMap((from, place) => {
    const to = bounds[place + 1];
    if (to === undefined) return [];
    const byKind = rows
      .filter((row) => row.place === place)
      .map((row) => ({ ...row, kind: row.kind as TransactionKind }));
    return [{ from, to, isFinished: to <= now, byKind }];
  });
}

function boundsOf({ per, from, to }: { per: "hour" | "day"; from: Date; to: Date }): Date[] {
  const most = mostPeriods[per];
  const bounds = [per === "hour" ? startOfHour(from) : startOf(businessDayOf(from))];
  for (let last = bounds[0]; last !== undefined && last < to; last = bounds.at(-1)) {
    if (bounds.length > most) {
      throw new DomainError("INVALID_INPUT", `Ask for at most ${most} ${per}s at once.`);
    }
    bounds.push(
      per === "hour" ? new Date(last.getTime() + hour) : startOf(dayAfter(businessDayOf(last))),
    );
  }
  if (bounds.length < 2) {
    throw new DomainError("INVALID_INPUT", "The end has to come after the beginning.");
  }
  return bounds;
}

function startOfHour(instant: Date): Date {
  return new Date(Math.floor(instant.getTime() / hour) * hour);
}
