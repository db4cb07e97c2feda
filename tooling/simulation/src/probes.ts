/** Counts that something rare did happen: a batch in which it never does tests less than it says. */
export interface Probes {
  sometimes(name: Probe): void;
  counts(): Map<Probe, number>;
}

/** Every place that a large batch must reach. */
export const allProbes = [
  "process killed",
  "killed with an open database transaction",
  "connection cut before a statement",
  "connection cut after a statement",
  "COMMIT took effect and its answer was lost",
  "statement refused with 40001",
  "waited for a lock",
  "call refused",
  "call timed out before its effect",
  "call timed out after its effect",
  "call cut before its effect",
  "call cut after its effect",
  "answer 5xx before the effect",
  "answer 5xx after the effect",
  "answer is a page of somebody else",
  "answer about another amount",
  "execute took effect and its answer was lost",
  "payout create took effect and its answer was lost",
  "purchase create took effect and its answer was lost",
  "webhook taken in and its 2xx was lost",
  "webhook refused for its signature",
  "webhook met a dead process",
  "duplicate delivery",
  "webhook that never comes",
  "webhook hours late",
  "webhook out of order",
  "job lost",
  "job that always fails",
  "job ran twice at once",
  "job taken over from a silent worker",
  "sweeper made a job",
  "key repeated after an unknown outcome",
  "key repeated after a definitive answer",
  "key repeated with another request",
  "double click",
  "refused for insufficient funds",
  "withdrawal approved",
  "withdrawal rejected",
  "withdrawal cancelled",
  "deposit cancelled",
  "refund at the dashboard",
  "chargeback",
  "chargeback won",
  "user suspended",
  "user unfrozen",
  "frozen withdrawal taken back",
  "bank refused a payout",
  "payout error became success",
  "withdrawal in doubt",
  "event parked",
  "bank account added",
  "COMMIT that the standby did not confirm",
  "webhook that says more than Revio does",
  "stranger refused",
  "adjustment requested",
  "adjustment approved",
  "adjustment rejected",
  "adjustment expired",
  "adjustment decided by two at once",
  "adjustment that cannot be borne",
  "decision refused: not allowed",
  "reconciliation run under faults",
  "payout sent back by the bank",
  "money that is nobody's",
  "nobody's money found",
  "line of a statement that lies",
  "lying line found",
] as const;
export type Probe = (typeof allProbes)[number];

export function createProbes(): Probes {
  const counts = new Map<Probe, number>();
  return {
    sometimes: (name) => {
      counts.set(name, (counts.get(name) ?? 0) + 1);
    },
    counts: () => counts,
  };
}
