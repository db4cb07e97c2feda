import { invariant } from "../errors.ts";
import type { LedgerAccountCode } from "./chart-of-accounts.ts";

/** One line of a journal entry. */
export interface Posting {
  account: LedgerAccountCode;
  direction: "debit" | "credit";
  /** > 0, minor units of the account's currency. */
  amountMinor: bigint;
}

/** What a posting rule returns: a balanced entry, before it has an id and a time of posting. */
export interface JournalEntry {
  /** `<event>:<subject id>`: the same business event can be posted once only. */
  key: string;
  event: string;
  transactionId: string | undefined;
  /** When it happened in the world (at the provider), not when we heard of it. */
  occurredAt: Date;
  postings: Posting[];
}

export function debit(account: LedgerAccountCode, amountMinor: bigint): Posting {
  return { account, direction: "debit", amountMinor };
}

export function credit(account: LedgerAccountCode, amountMinor: bigint): Posting {
  return { account, direction: "credit", amountMinor };
}

/**
 * Assembles an entry and checks it: postings of amount zero are left out (a fee of nothing is no line), the rest must be
 * positive, at least two, each account once, debits equal to credits. The database asserts the same.
 *
 * @throws InvariantViolation if a posting rule is wrong
 */
export function journalEntry(
  event: string,
  subjectId: string,
  entry: { transactionId?: string; occurredAt: Date; postings: Posting[] },
): JournalEntry {
  const postings = entry.postings.filter((posting) => posting.amountMinor !== 0n);
  invariant(postings.length >= 2, `${event}: an entry needs two postings`);
  invariant(
    new Set(postings.map((posting) => posting.account)).size === postings.length,
    `${event}: an account stands twice`,
  );
  let difference = 0n;
  for (const { direction, amountMinor } of postings) {
    invariant(amountMinor > 0n, `${event}: amounts are positive`);
    difference += direction === "debit" ? amountMinor : -amountMinor;
  }
  invariant(difference === 0n, `${event}: debits and credits differ by ${difference}`);
  return {
    key: `${event}:${subjectId}`,
    event,
    transactionId: entry.transactionId,
    occurredAt: entry.occurredAt,
    postings,
  };
}
