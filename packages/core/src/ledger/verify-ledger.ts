import {
  countLedger,
  type LedgerCheck,
  ledgerChecks,
  runLedgerCheck,
} from "@revio-wallet/db/sql/verify-ledger";
import { withSnapshot } from "@revio-wallet/db/with-snapshot";
import type { Context } from "../context.ts";

/** One thing that is not what its source says. */
export interface LedgerDifference {
  check: LedgerCheck;
  subject: string;
  expected: string;
  actual: string;
}

export interface LedgerReport {
  /** True if nothing differs. */
  verified: boolean;
  differences: LedgerDifference[];
  journalEntries: bigint;
  postings: bigint;
  transactions: bigint;
}

/** Differences named per check; a broken ledger would otherwise name every row. */
const perCheck = 100;

/**
 * Derives everything anew from postings and histories, on one snapshot: entries, trial balance, balances, running
 * balances, checkpoints, reserves, entries and amounts of each transaction, status histories. Names each difference.
 */
export async function verifyLedger(ctx: Pick<Context, "pool">): Promise<LedgerReport> {
  return withSnapshot(ctx.pool, async (db) => {
    const differences: LedgerDifference[] = [];
    for (const check of ledgerChecks) {
      const rows = await runLedgerCheck(db, check, perCheck);
      for (const { subject, expected, actual } of rows) {
        differences.push({ check, subject, expected: expected ?? "", actual: actual ?? "" });
      }
    }
    const counts = await countLedger(db);
    return { verified: differences.length === 0, differences, ...counts };
  });
}
