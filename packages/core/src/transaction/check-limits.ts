import { TZDate } from "@date-fns/tz";
import {
  readTransactionLimits,
  type TransactionLimits,
} from "@revio-wallet/db/sql/read-transaction-limits";
import { readUsage } from "@revio-wallet/db/sql/transactions";
import type { Tx } from "@revio-wallet/db/with-transaction";
import { startOfDay } from "date-fns";
import type { Context } from "../context.ts";
import { DomainError, invariant } from "../errors.ts";
import { type Currency, formatMoney } from "../money.ts";

/** Days of the business begin at midnight here. */
export const businessTimeZone = "Africa/Johannesburg";

/** Start of the business day that `now` falls in. */
export function startOfBusinessDay(now: Date): Date {
  return new Date(startOfDay(new TZDate(now, businessTimeZone)).getTime());
}

/**
 * Refuses an amount outside the limits of one transaction, or beyond the user's limits of the day. Call it under the
 * lock of the user's available account: two requests at once must see each other.
 *
 * @throws DomainError LIMIT_EXCEEDED
 */
export async function checkLimits(
  ctx: Pick<Context, "clock">,
  tx: Tx,
  input: {
    userId: string;
    kind: "deposit" | "withdrawal";
    amountMinor: bigint;
    currency: Currency;
  },
): Promise<TransactionLimits> {
  const { userId, kind, amountMinor, currency } = input;
  const limits = await readTransactionLimits(tx, kind, currency);
  invariant(limits !== undefined, `no limits for ${kind} in ${currency}`);
  const money = (value: bigint) => formatMoney({ amountMinor: value, currency });
  if (amountMinor < limits.minAmountMinor) {
    throw limitExceeded(`The smallest ${kind} is ${money(limits.minAmountMinor)}.`);
  }
  if (amountMinor > limits.maxAmountMinor) {
    throw limitExceeded(`The largest ${kind} is ${money(limits.maxAmountMinor)}.`);
  }
  const since = startOfBusinessDay(ctx.clock.now());
  const used = await readUsage(tx, { userId, kind, currency, since });
  if (used.amountMinor + amountMinor > limits.maxPerDayMinor) {
    const left = limits.maxPerDayMinor - used.amountMinor;
    throw limitExceeded(
      `The limit for today is ${money(limits.maxPerDayMinor)}; ${money(left > 0n ? left : 0n)} is left.`,
    );
  }
  if (used.count >= limits.maxCountPerDay) {
    throw limitExceeded(`No more than ${limits.maxCountPerDay} ${kind}s a day.`);
  }
  return limits;
}

function limitExceeded(message: string): DomainError {
  return new DomainError("LIMIT_EXCEEDED", message);
}
