import { parseMoney } from "@revio-wallet/api-client/money";
import {
  parseAsArrayOf,
  parseAsIsoDateTime,
  parseAsString,
  parseAsStringLiteral,
  type Values,
} from "nuqs";
import type { RouterInputs } from "../../../trpc/operator-router.ts";

export const kinds = ["deposit", "withdrawal", "refund", "chargeback", "adjustment"] as const;

export const statuses = [
  "created",
  "awaiting_payment",
  "in_review",
  "awaiting_approval",
  "queued",
  "processing",
  "in_doubt",
  "completed",
  "failed",
  "expired",
  "cancelled",
  "rejected",
  "returned",
  "reversed",
] as const;

const hour = 60 * 60_000;

/** How far back; kept as such, so that the link shows the last day to whoever opens it, whenever. */
export const periods = {
  "last-hour": { label: "Last hour", ms: hour },
  "last-24h": { label: "Last 24 hours", ms: 24 * hour },
  "last-7d": { label: "Last 7 days", ms: 7 * 24 * hour },
  "last-30d": { label: "Last 30 days", ms: 30 * 24 * hour },
} as const;
export const periodNames = Object.keys(periods) as (keyof typeof periods)[];

/** The filters of the list as they stand in its address. */
export const transactionFilters = {
  kind: parseAsArrayOf(parseAsStringLiteral(kinds)),
  status: parseAsArrayOf(parseAsStringLiteral(statuses)),
  period: parseAsStringLiteral(periodNames),
  from: parseAsIsoDateTime,
  to: parseAsIsoDateTime,
  min: parseAsString,
  max: parseAsString,
  user: parseAsString,
  reference: parseAsString,
  failure: parseAsString,
  breaks: parseAsStringLiteral(["open"]),
  order: parseAsStringLiteral(["oldest"]),
};

export type TransactionFilters = Values<typeof transactionFilters>;
type Selection = RouterInputs["transaction"]["previewBulkNote"]["selection"];
export type ApiFilter = Extract<Selection, { filter: unknown }>["filter"];

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What cannot be read, by the name of its field: then nothing is asked, and the page says so. */
export function mistakesIn(chosen: TransactionFilters): string[] {
  const { min, max, user, reference, failure } = chosen;
  return [
    ...(isAmount(min) && isAmount(max) ? [] : ["Write amounts as 1 250,00."]),
    ...(user === null || uuid.test(user) ? [] : ["A user is found by the whole id."]),
    ...(reference === null || /^[A-Za-z0-9-]{1,18}$/.test(reference)
      ? []
      : ["A reference has letters, digits and dashes."]),
    ...(failure === null || /^[a-z_]{1,60}$/.test(failure)
      ? []
      : ["A failure code has small letters and underscores."]),
  ];
}

function isAmount(text: string | null): boolean {
  return text === null || parseMoney(text) !== undefined;
}

/** What the API is asked. `now` is to the minute, so that a page asks the same twice. */
export function toApiFilter(chosen: TransactionFilters, now: Date): ApiFilter {
  const min = chosen.min === null ? undefined : parseMoney(chosen.min);
  const max = chosen.max === null ? undefined : parseMoney(chosen.max);
  const from =
    chosen.period === null
      ? chosen.from
      : new Date(Math.floor(now.getTime() / 60_000) * 60_000 - periods[chosen.period].ms);
  return {
    ...(chosen.kind !== null && chosen.kind.length > 0 && { kinds: chosen.kind }),
    ...(chosen.status !== null && chosen.status.length > 0 && { statuses: chosen.status }),
    ...(from !== null && { from }),
    ...(chosen.to !== null && chosen.period === null && { to: chosen.to }),
    ...(min !== undefined && { minAmountMinor: min.amountMinor }),
    ...(max !== undefined && { maxAmountMinor: max.amountMinor }),
    ...(chosen.user !== null && { userId: chosen.user.toLowerCase() }),
    ...(chosen.reference !== null && { referencePrefix: chosen.reference }),
    ...(chosen.failure !== null && { failureCode: chosen.failure }),
    ...(chosen.breaks !== null && { hasOpenBreak: true }),
  };
}
