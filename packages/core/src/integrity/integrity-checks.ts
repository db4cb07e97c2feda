import type { BreakClass } from "@revio-wallet/db/sql/breaks";
import type { CheckDefinition } from "@revio-wallet/db/sql/check-definition";
import { chainCheckDefinitions } from "@revio-wallet/db/sql/verify-chain";
import { historyCheckDefinitions } from "@revio-wallet/db/sql/verify-history";
import { ledgerCheckDefinitions } from "@revio-wallet/db/sql/verify-ledger";

/** Checks in SQL: those of the ledger's verifier, and what they leave open. */
export const sqlChecks = {
  ...ledgerCheckDefinitions,
  ...historyCheckDefinitions,
  ...chainCheckDefinitions,
} satisfies Record<string, CheckDefinition>;

export type SqlCheck = keyof typeof sqlChecks;
/** `day_closes`: the certificates, which are more than SQL can check. */
export type IntegrityCheck = SqlCheck | "day_closes";

/** The class of break that a difference of each check is. */
export const breakClassOf: Record<IntegrityCheck, BreakClass> = {
  entry_unbalanced: "balance_drift",
  posting_orphaned: "balance_drift",
  trial_balance: "balance_drift",
  balance_drift: "balance_drift",
  running_balance: "balance_drift",
  checkpoint_drift: "balance_drift",
  reserve_drift: "reserve_drift",
  suspense_drift: "balance_drift",
  suspense_total: "balance_drift",
  entries_of_transaction: "history_broken",
  amount_of_transaction: "history_broken",
  status_history: "history_broken",
  step_unaudited: "history_broken",
  answer_untrue: "history_broken",
  journal_chain: "hash_chain_broken",
  audit_chain: "hash_chain_broken",
  day_closes: "certificate_broken",
};

export const integrityChecks = Object.keys(breakClassOf) as IntegrityCheck[];

/**
 * These read the whole journal, however small the step: for the nightly pass only. In between, that each entry balances and
 * each posting has its entry says the same.
 */
const nightly: ReadonlySet<string> = new Set<IntegrityCheck>(["trial_balance", "suspense_drift"]);

/** Checks that go on all day, in steps. */
export const steppedChecks = integrityChecks.filter((check) => !nightly.has(check));
