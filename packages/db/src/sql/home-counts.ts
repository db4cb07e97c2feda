import type { Queryable } from "../pool.ts";
import { blockedBy, joined } from "./approval-list.ts";

/** How many rows wait, counted up to a bound, and since when the oldest does. */
export interface WaitingCount {
  key: string;
  count: number;
  oldestAt: Date | null;
}

/** Nobody works through more than these: what is above is told as "more". */
export const countedUpTo = 1_000;

/** `rows` gives one instant for each row that waits, by an index of open ones. */
const counted = (key: string, rows: string) =>
  `SELECT '${key}' AS key, count(*)::int AS count, min(at) AS "oldestAt" FROM (SELECT at FROM (${rows}) r ORDER BY at LIMIT ${countedUpTo + 1}) c`;

const ofTransactions = (kind: string, status: string) =>
  `SELECT updated_at AS at FROM transactions WHERE kind = '${kind}' AND status = '${status}'`;

const ofBreaks = (severity: string) =>
  `SELECT opened_at AS at FROM breaks WHERE state = 'open' AND severity = '${severity}'`;

const statement = [
  // Whom triggers would refuse is not asked. What is too much to approve may still be refused.
  counted(
    "approvals_to_decide",
    `SELECT a.requested_at AS at FROM approvals a ${joined}
     WHERE a.state = 'requested' AND coalesce(${blockedBy}, 'amount') = 'amount'`,
  ),
  counted("breaks_critical", ofBreaks("critical")),
  counted("breaks_warning", ofBreaks("warning")),
  counted("breaks_notice", ofBreaks("notice")),
  counted("withdrawals_in_doubt", ofTransactions("withdrawal", "in_doubt")),
  counted("withdrawals_to_approve", ofTransactions("withdrawal", "awaiting_approval")),
  counted("deposits_in_review", ofTransactions("deposit", "in_review")),
  counted("deposits_delayed", ofTransactions("deposit", "created")),
  counted(
    "webhooks_parked",
    "SELECT received_at AS at FROM provider_events WHERE state = 'parked'",
  ),
  counted(
    "webhooks_waiting",
    "SELECT received_at AS at FROM provider_events WHERE state = 'received'",
  ),
  counted(
    "webhooks_forged",
    "SELECT received_at AS at FROM provider_deliveries WHERE verdict = 'invalid_signature' AND received_at >= $3",
  ),
  counted(
    "users_frozen",
    "SELECT outgoing_frozen_at AS at FROM users WHERE outgoing_frozen_at IS NOT NULL",
  ),
  counted(
    "dead_letters",
    "SELECT j.created_on AS at FROM pgboss.queue q JOIN pgboss.job j ON j.name = q.dead_letter AND j.state = 'created' WHERE q.dead_letter IS NOT NULL",
  ),
].join(" UNION ALL ");

/** Everything that waits for somebody, by what it is. */
export async function readWaitingCounts(
  db: Queryable,
  of: { operatorId: string; now: Date; forgedSince: Date },
): Promise<WaitingCount[]> {
  const { rows } = await db.query<WaitingCount>(statement, [of.operatorId, of.now, of.forgedSince]);
  return rows;
}

/** How many breaks are open by when they were opened: in each of the periods that begin at `bounds`, the newest first. */
export async function readBreakAges(db: Queryable, bounds: readonly Date[]): Promise<number[]> {
  const { rows } = await db.query<{ place: number; count: number }>(
    `SELECT place, count(*)::int AS count FROM (
       SELECT (SELECT count(*) FROM unnest($1::timestamptz[]) b (at) WHERE k.opened_at < b.at)::int AS place FROM breaks k WHERE k.state = 'open') p
     GROUP BY place`,
    [bounds],
  );
  const counts = new Map(rows.map(({ place, count }) => [place, count]));
  return [...bounds.keys(), bounds.length].map((place) => counts.get(place) ?? 0);
}

/** When the newest webhook with a valid signature came; null: none ever did. */
export async function readLastWebhookAt(db: Queryable): Promise<Date | null> {
  const { rows } = await db.query<{ at: Date | null }>(
    `SELECT greatest((SELECT max(received_at) FROM provider_deliveries WHERE verdict = 'accepted'),
       (SELECT max(received_at) FROM provider_deliveries WHERE verdict = 'duplicate')) AS at`,
  );
  return rows[0]?.at ?? null;
}
