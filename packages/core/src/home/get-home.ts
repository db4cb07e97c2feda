import {
  countedUpTo,
  readBreakAges,
  readLastWebhookAt,
  readWaitingCounts,
} from "@revio-wallet/db/sql/home-counts";
import { type OutgoingSwitch, readOutgoingSwitch } from "@revio-wallet/db/sql/outgoing-switch";
import { withSnapshot } from "@revio-wallet/db/with-snapshot";
import type { Context } from "../context.ts";
import { requireOperator } from "../operator/require-operator.ts";

const day = 24 * 60 * 60_000;

/** What waits, which list shows just these rows, and how urgent it is while there are any. */
const waiting = {
  approvals_to_decide: { list: "approvals", filter: { view: "decidable" }, urgency: "warning" },
  withdrawals_in_doubt: {
    list: "transactions",
    filter: { kinds: ["withdrawal"], statuses: ["in_doubt"] },
    urgency: "critical",
  },
  breaks_critical: {
    list: "breaks",
    filter: { state: "open", severity: "critical" },
    urgency: "critical",
  },
  breaks_warning: {
    list: "breaks",
    filter: { state: "open", severity: "warning" },
    urgency: "warning",
  },
  breaks_notice: {
    list: "breaks",
    filter: { state: "open", severity: "notice" },
    urgency: "notice",
  },
  withdrawals_to_approve: {
    list: "transactions",
    filter: { kinds: ["withdrawal"], statuses: ["awaiting_approval"] },
    urgency: "notice",
  },
  deposits_in_review: {
    list: "transactions",
    filter: { kinds: ["deposit"], statuses: ["in_review"] },
    urgency: "warning",
  },
  deposits_delayed: {
    list: "transactions",
    filter: { kinds: ["deposit"], statuses: ["created"] },
    urgency: "warning",
  },
  webhooks_parked: { list: "webhooks", filter: { state: "parked" }, urgency: "warning" },
  webhooks_waiting: { list: "webhooks", filter: { state: "received" }, urgency: "notice" },
  webhooks_forged: {
    list: "deliveries",
    filter: { verdict: "invalid_signature" },
    urgency: "warning",
  },
  dead_letters: { list: "queues", filter: { state: "dead" }, urgency: "warning" },
  users_frozen: { list: "users", filter: { isFrozen: true }, urgency: "notice" },
} as const;

export type WaitingKey = keyof typeof waiting;
export const waitingKeys = Object.keys(waiting) as [WaitingKey, ...WaitingKey[]];

export interface WaitingItem {
  key: WaitingKey;
  count: number;
  /** There are more than were counted. */
  isMore: boolean;
  oldestAt: Date | null;
  urgency: "critical" | "warning" | "notice";
  /** The list, and its filter, that shows just these rows. */
  list: string;
  filter: Record<string, string | boolean | string[]>;
  /** Only those since then are counted. */
  since: Date | null;
}

/** Ages of breaks in whole days, and at how many days the next one begins. */
const ages = [
  { age: "0-1", endsAtDays: 2 },
  { age: "2-3", endsAtDays: 4 },
  { age: "4-7", endsAtDays: 8 },
  { age: "over-7", endsAtDays: undefined },
] as const;

export interface Home {
  items: WaitingItem[];
  /** Open breaks by age: opened since `from` (null: ever), before `to` (null: until now). */
  breakAges: {
    age: (typeof ages)[number]["age"];
    from: Date | null;
    to: Date | null;
    count: number;
  }[];
  outgoing: OutgoingSwitch;
  /** The newest webhook with a valid signature; null: none ever came. */
  lastWebhookAt: Date | null;
  asOf: Date;
}

/**
 * What needs somebody now. Every number is that of the rows that its list shows with its filter, at one moment.
 *
 * @throws DomainError FORBIDDEN
 */
export async function getHome(ctx: Pick<Context, "pool" | "actor" | "clock">): Promise<Home> {
  const now = ctx.clock.now();
  const forgedSince = new Date(now.getTime() - day);
  return withSnapshot(
    ctx.pool,
    async (db) => {
      await requireOperator(ctx, db, "home.view");
      const counts = await readWaitingCounts(db, { operatorId: ctx.actor.id, now, forgedSince });
      // Just that old is older.
      const bounds = ages.flatMap(({ endsAtDays }) =>
        endsAtDays === undefined ? [] : [new Date(now.getTime() - endsAtDays * day + 1)],
      );
      const ageCounts = await readBreakAges(db, bounds);
      return {
        items: waitingKeys.map((key) => {
          const found = counts.find((one) => one.key === key);
          const count = found?.count ?? 0;
          const { filter, ...where } = waiting[key];
          return {
            key,
            count: Math.min(count, countedUpTo),
            isMore: count > countedUpTo,
            oldestAt: found?.oldestAt ?? null,
            ...where,
            filter: Object.fromEntries(
              Object.entries(filter).map(
                ([name, value]: [string, string | boolean | readonly string[]]) => [
                  name,
                  typeof value === "object" ? [...value] : value,
                ],
              ),
            ),
            since: key === "webhooks_forged" ? forgedSince : null,
          };
        }),
        breakAges: ages.map(({ age }, place) => ({
          age,
          from: bounds[place] ?? null,
          to: bounds[place - 1] ?? null,
          count: ageCounts[place] ?? 0,
        })),
        outgoing: await readOutgoingSwitch(db),
        lastWebhookAt: await readLastWebhookAt(db),
        asOf: now,
      };
    },
    { timeoutSeconds: 15 },
  );
}
