import type { Probe } from "./probes.ts";

/** One fault that the wallet is built against. */
export interface Fault {
  group:
    | "provider, outbound"
    | "webhooks"
    | "processes and jobs"
    | "database and host"
    | "planted breaks";
  what: string;
  /** Where the simulation meets it, besides tests that carry its id. */
  simulated?: Probe;
}

const outbound = "provider, outbound";
const webhooks = "webhooks";
const processes = "processes and jobs";
const host = "database and host";
const breaks = "planted breaks";

function fault(group: Fault["group"], what: string, simulated?: Probe): Fault {
  return simulated === undefined ? { group, what } : { group, what, simulated };
}

export const faults: Record<string, Fault> = {
  F01: fault(
    outbound,
    "payout create times out, and the payout exists",
    "payout create took effect and its answer was lost",
  ),
  F02: fault(
    outbound,
    "payout create times out, and there is none",
    "call timed out before its effect",
  ),
  F03: fault(
    outbound,
    "execute times out, and the money is on its way",
    "execute took effect and its answer was lost",
  ),
  F04: fault(outbound, "execute times out without effect, for hours", "withdrawal in doubt"),
  F05: fault(outbound, "connection reset in the middle of an answer", "call cut after its effect"),
  F07: fault(outbound, "200 with somebody else's page", "answer is a page of somebody else"),
  F09: fault(outbound, "payout refused with 400 or 422"),
  F10: fault(outbound, "our key is refused"),
  F13: fault(outbound, "429, with and without a time to wait"),
  F14: fault(outbound, "bursts of 5xx", "answer 5xx after the effect"),
  F15: fault(outbound, "Revio is down for six hours, then up", "call refused"),
  F16: fault(outbound, "Revio is slow: no lock and no database transaction is open meanwhile"),
  F17: fault(outbound, "name resolution or TLS fails: nothing was sent"),
  F18: fault(outbound, "a redirect to another host is not followed"),
  F20: fault(
    outbound,
    "a paid payout comes back from the bank days later",
    "payout sent back by the bank",
  ),
  F21: fault(outbound, "our balance at Revio is too small"),
  F23: fault(
    outbound,
    "purchase create times out, and the purchase exists",
    "purchase create took effect and its answer was lost",
  ),
  F25: fault(outbound, "new fields, new words, a new status"),
  F26: fault(outbound, "an amount that is no whole number of cents"),
  F27: fault(outbound, "an object of the other mode, or of another brand"),
  F28: fault(webhooks, "the same webhook fifty times at once", "duplicate delivery"),
  F30: fault(webhooks, "events out of order", "webhook out of order"),
  F31: fault(webhooks, "a webhook comes 36 hours or 30 days late", "webhook hours late"),
  F32: fault(webhooks, "a webhook never comes", "webhook that never comes"),
  F34: fault(webhooks, "an event about a purchase that we never made", "money that is nobody's"),
  F35: fault(webhooks, "another amount than was asked for", "answer about another amount"),
  F37: fault(
    webhooks,
    "the body says paid, Revio says it is not",
    "webhook that says more than Revio does",
  ),
  F38: fault(webhooks, "Revio cannot be asked about an event"),
  F39: fault(webhooks, "death before the event is stored", "process killed"),
  F40: fault(
    webhooks,
    "death after the event is stored, before the 2xx",
    "webhook taken in and its 2xx was lost",
  ),
  F41: fault(
    webhooks,
    "death after the entry is posted, before the job is settled",
    "process killed",
  ),
  F42: fault(webhooks, "no signature, or a wrong one", "webhook refused for its signature"),
  F43: fault(webhooks, "two webhook keys in use, then one"),
  F44: fault(webhooks, "Revio changes its key without a word"),
  F45: fault(webhooks, "a recorded webhook comes again a year later"),
  F46: fault(webhooks, "a chargeback of money that has left", "chargeback"),
  F49: fault(webhooks, "a body of 20 MB, a million keys, or endless depth"),
  F50: fault(webhooks, "slow headers, slow bodies, idle connections by the thousand"),
  F51: fault(webhooks, "the work on an event takes longer than Revio waits"),
  F52: fault(webhooks, "five hundred webhooks a second"),
  F53: fault(processes, "the worker dies between commit and call", "process killed"),
  F54: fault(processes, "the worker dies between call and commit of the answer", "process killed"),
  F55: fault(processes, "it dies again while it recovers"),
  F56: fault(processes, "one key twenty times at once", "double click"),
  F57: fault(processes, "one key, another amount", "key repeated with another request"),
  F58: fault(processes, "two devices, two keys, one intent", "double click"),
  F59: fault(processes, "a hundred withdrawals on a balance for three"),
  F60: fault(processes, "entries over the same accounts from both sides", "waited for a lock"),
  F61: fault(processes, "whoever holds the account lock stalls"),
  F62: fault(processes, "a house account that everybody posts to"),
  F63: fault(processes, "two workers have the same job", "job ran twice at once"),
  F64: fault(processes, "a worker that was asleep goes on", "job ran twice at once"),
  F65: fault(
    processes,
    "a stale worker settles the newer attempt",
    "job taken over from a silent worker",
  ),
  F66: fault(processes, "a job of an older version"),
  F67: fault(processes, "a job that always fails", "job that always fails"),
  F69: fault(processes, "the queue loses a job", "job lost"),
  F70: fault(processes, "the schedule fires twice, or not at all"),
  F71: fault(processes, "a rolling restart under load"),
  F72: fault(processes, "out of memory, an unhandled rejection, a loop that stalls"),
  F74: fault(
    processes,
    "an operator loses the right between look and click",
    "decision refused: not allowed",
  ),
  F75: fault(host, "the answer to COMMIT is lost", "COMMIT took effect and its answer was lost"),
  F76: fault(host, "the outcome of a COMMIT is asked of a new primary"),
  F77: fault(host, "the database server is killed under load"),
  F78: fault(host, "failover to the standby under load"),
  F79: fault(host, "the standby is down and commits hang"),
  F80: fault(
    host,
    "a commit that gave up waiting for the standby",
    "COMMIT that the standby did not confirm",
  ),
  F81: fault(host, "a repeat answered from a row that the standby never got"),
  F82: fault(host, "writes reach the old primary"),
  F83: fault(
    host,
    "deadlock, serialization, lock timeout or cancel at any statement",
    "statement refused with 40001",
  ),
  F84: fault(host, "no connection is free"),
  F86: fault(host, "the disk of the data is full"),
  F87: fault(host, "the disk of the log is full"),
  F88: fault(host, "the lock table is full"),
  F89: fault(
    host,
    "the pooler restarts inside a database transaction",
    "connection cut before a statement",
  ),
  F90: fault(host, "the pooler is in statement mode"),
  F91: fault(host, "a migration under traffic"),
  F92: fault(host, "a migration dies half way, or two run at once"),
  F93: fault(host, "old code on a new schema"),
  F94: fault(host, "a restore to a point in time"),
  F95: fault(host, "reads lag behind"),
  F96: fault(host, "one host's clock is an hour off"),
  F97: fault(host, "the clocks of database and application differ"),
  F99: fault(host, "keys cannot be had"),
  F100: fault(host, "nobody reads the log"),
  F101: fault(breaks, "paid at Revio, nothing in the ledger", "nobody's money found"),
  F102: fault(breaks, "credited in the ledger, nothing at Revio"),
  F103: fault(breaks, "an amount that differs", "lying line found"),
  F104: fault(breaks, "a currency that differs", "lying line found"),
  F105: fault(breaks, "one purchase twice in the ledger"),
  F106: fault(breaks, "one reference twice at Revio"),
  F107: fault(breaks, "a status that differs"),
  F109: fault(breaks, "a fee that changed, or is missing", "lying line found"),
  F110: fault(breaks, "a batch that is not the sum of its lines"),
  F112: fault(breaks, "a clearing account that does not clear"),
  F113: fault(breaks, "a stored balance that was tampered with"),
  F114: fault(breaks, "a posting that was changed by a superuser"),
  F115: fault(
    breaks,
    "the comparison itself dies, or runs twice",
    "reconciliation run under faults",
  ),
};
