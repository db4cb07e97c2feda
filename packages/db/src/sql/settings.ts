import type { Queryable } from "../pool.ts";
import type { TransactionLimits } from "./read-transaction-limits.ts";

export interface LimitsRow extends TransactionLimits {
  kind: "deposit" | "withdrawal";
  currency: string;
}

/** The limits of each kind and currency. */
export async function readAllLimits(db: Queryable): Promise<LimitsRow[]> {
  const { rows } = await db.query<LimitsRow>(
    `SELECT kind, currency, min_amount_minor AS "minAmountMinor", max_amount_minor AS "maxAmountMinor",
            max_per_day_minor AS "maxPerDayMinor", max_count_per_day AS "maxCountPerDay",
            approval_above_minor AS "approvalAboveMinor", fee_minor AS "feeMinor"
     FROM transaction_limits ORDER BY kind, currency`,
  );
  return rows;
}

/** Requests to change a setting that wait for a decision: at most one per setting. */
export async function findOpenSettingRequests(
  db: Queryable,
): Promise<{ id: string; target: string }[]> {
  const { rows } = await db.query<{ id: string; target: string }>(
    `SELECT id, proposal ->> 'target' AS target FROM approvals WHERE state = 'requested' AND kind = 'setting_change'`,
  );
  return rows;
}
