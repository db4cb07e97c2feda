import type { Violation } from "../workload/history.ts";

/** The bank in one statement, so on one snapshot. */
export interface BankSnapshot {
  readonly atMs: number;
  /** Which primary it was read from. */
  readonly generation: number;
  /** Debits minus credits per currency. */
  readonly trialBalance: readonly { readonly currency: string; readonly differenceMinor: bigint }[];
  /** Accounts of users below zero. */
  readonly negative: readonly string[];
  readonly pendingMinor: bigint;
  readonly openWithdrawalsMinor: bigint;
  /** Ids of all journal entries that this snapshot sees. */
  readonly entries: ReadonlySet<string>;
}

/** What one look must satisfy, and what it must satisfy given the look before it. */
export function checkSnapshot(
  snapshot: BankSnapshot,
  previous: BankSnapshot | undefined,
): Violation[] {
  const { atMs, trialBalance, negative, pendingMinor, openWithdrawalsMinor } = snapshot;
  const subject = `at ${(atMs / 1_000).toFixed(1)} s`;
  const violations: Violation[] = [];
  for (const { currency, differenceMinor } of trialBalance) {
    if (differenceMinor === 0n) continue;
    const detail = `debits and credits differ by ${differenceMinor} ${currency}`;
    violations.push({ rule: "trial-balance", subject, detail });
  }
  for (const account of negative) {
    violations.push({ rule: "overdraw", subject: account, detail: `below zero ${subject}` });
  }
  if (pendingMinor !== openWithdrawalsMinor) {
    const detail = `${pendingMinor} pending, ${openWithdrawalsMinor} in open withdrawals`;
    violations.push({ rule: "reserve", subject, detail });
  }
  const lost = vanished(snapshot, previous);
  if (lost.length > 0) {
    const detail = `${lost.length} journal entries seen before are gone, such as ${lost[0]}`;
    violations.push({ rule: "entry-vanished", subject, detail });
  }
  return violations;
}

/** A promoted standby may lack what nobody was told of; that the acknowledged is there is for the history to check. */
function vanished(snapshot: BankSnapshot, previous: BankSnapshot | undefined): string[] {
  if (previous === undefined || previous.generation !== snapshot.generation) return [];
  return [...previous.entries].filter((id) => !snapshot.entries.has(id));
}
