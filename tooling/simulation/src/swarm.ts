import { callFaults, type CallFault } from "./gateway/provider.ts";
import type { Random } from "./random.ts";

/** How rough the world of one seed is. Drawn, so that some seeds know only duplicates, others only crashes. */
export interface Swarm {
  customers: number;
  /** Of one customer: each acts by itself, on the same account. */
  devices: number;
  operationsPerDevice: number;
  apis: number;
  workers: number;
  stickiness: number;
  /** Longest pause between two actions of a user, virtual ms. */
  thinkMs: number;
  /** Per step. */
  kill: number;
  /** Per statement. */
  cutBefore: number;
  cutAfter: number;
  serialization: number;
  /** Beside `cutAfter`, for COMMIT alone. */
  commitAnswerLost: number;
  /** Per call to Revio, by kind. */
  calls: Record<CallFault, number>;
  /** Per delivery: taken in, and the answer lost. */
  acknowledgementLost: number;
  /** Per event, by kind. */
  webhooks: Record<WebhookFaultKind, number>;
  /** Per look of the saboteur: a waiting job is deleted. */
  jobLost: number;
  /** There is a job that fails every time. */
  poison: boolean;
  /** Per claimed job: it is run by two at once. */
  jobTwice: number;
  /** Of those, so many are answered with a warning: their wait for the standby was ended. */
  commitUnconfirmed: number;
  /** Per payout. Sent back days after it was paid, with no word but a line in the statement. */
  bank: { error: number; pending: number; sync: number; late: number; returned: number };
  /** Per purchase that was paid. */
  refund: number;
  chargeback: number;
  /** Per look of somebody who can sign as Revio does: a webhook that tells of money that never came. */
  lie: number;
  /** Per look of the staff: a correction of the ledger is proposed. */
  adjustment: number;
  /** Runs of reconciliation, and what only they can find. */
  reconciles: boolean;
  /** Per look of somebody at Revio's dashboard: a purchase that is none of ours is paid. */
  dashboard: number;
}

export const webhookFaultKinds = ["drop", "duplicate", "reorder", "delay", "wrong_key"] as const;
export type WebhookFaultKind = (typeof webhookFaultKinds)[number];

/** Half of the kinds are off in any one seed. */
function rate(random: Random, most: number, on = 0.5): number {
  return random.chance(on) ? random.next() * most : 0;
}

export function drawSwarm(random: Random): Swarm {
  const calls = Object.fromEntries(
    callFaults.map((kind) => [kind, rate(random, kind === "wrong_amount" ? 0.05 : 0.12, 0.4)]),
  ) as Record<CallFault, number>;
  const webhooks = Object.fromEntries(
    webhookFaultKinds.map((kind) => [kind, rate(random, 0.3)]),
  ) as Record<WebhookFaultKind, number>;
  const reconciles = random.chance(0.4);
  const isTold = reconciles || webhooks.drop === 0;
  return {
    customers: random.int(1, 2),
    devices: random.int(1, 3),
    operationsPerDevice: random.int(2, 5),
    apis: random.int(1, 2),
    workers: random.int(1, 2),
    stickiness: random.pick([0, 0, 0.5, 0.9]),
    thinkMs: random.pick([50, 2_000, 60_000, 900_000]),
    kill: rate(random, 0.006),
    cutBefore: rate(random, 0.01, 0.3),
    cutAfter: rate(random, 0.01, 0.3),
    serialization: rate(random, 0.02, 0.3),
    commitAnswerLost: rate(random, 0.1, 0.4),
    calls,
    acknowledgementLost: rate(random, 0.3),
    webhooks,
    jobLost: rate(random, 0.5, 0.4),
    poison: random.chance(0.15),
    jobTwice: rate(random, 0.3, 0.4),
    bank: {
      error: rate(random, 0.4),
      pending: rate(random, 0.4),
      sync: rate(random, 0.4),
      // After the end of a withdrawal nothing but the word of a webhook, or a reconciliation, tells of it.
      late: isTold ? rate(random, 0.8, 0.4) : 0,
      returned: reconciles ? rate(random, 0.3) : 0,
    },
    refund: rate(random, 0.3),
    chargeback: rate(random, 0.25),
    commitUnconfirmed: rate(random, 0.1, 0.3),
    lie: rate(random, 0.6),
    adjustment: rate(random, 0.8),
    reconciles,
    dashboard: reconciles ? rate(random, 0.3) : 0,
  };
}

/** Nothing goes wrong: after the healing, and where a flow is to be seen alone. */
export function calmSwarm(): Swarm {
  const calls = Object.fromEntries(callFaults.map((kind) => [kind, 0]));
  const webhooks = Object.fromEntries(webhookFaultKinds.map((kind) => [kind, 0]));
  return {
    customers: 1,
    devices: 1,
    operationsPerDevice: 0,
    apis: 1,
    workers: 1,
    stickiness: 0,
    thinkMs: 1_000,
    kill: 0,
    cutBefore: 0,
    cutAfter: 0,
    serialization: 0,
    commitAnswerLost: 0,
    calls: calls as Record<CallFault, number>,
    acknowledgementLost: 0,
    webhooks: webhooks as Record<WebhookFaultKind, number>,
    jobLost: 0,
    poison: false,
    jobTwice: 0,
    bank: { error: 0, pending: 0, sync: 0, late: 0, returned: 0 },
    refund: 0,
    chargeback: 0,
    commitUnconfirmed: 0,
    lie: 0,
    adjustment: 0,
    reconciles: false,
    dashboard: 0,
  };
}
