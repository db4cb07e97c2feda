import type { Queryable } from "../pool.ts";

export interface TransactionLimits {
  minAmountMinor: bigint;
  maxAmountMinor: bigint;
  maxPerDayMinor: bigint;
  maxCountPerDay: number;
  /** Withdrawals above this wait for an operator; null = never. */
  approvalAboveMinor: bigint | null;
  feeMinor: bigint;
}

export async function readTransactionLimits(
  db: Queryable,
  kind: "deposit" | "withdrawal",
  currency: string,
): Promise<TransactionLimits | undefined> {
  const { rows } = await db.query<TransactionLimits>(
    `SELECT min_amount_minor AS "minAmountMinor", max_amount_minor AS "maxAmountMinor",
            max_per_day_minor AS "maxPerDayMinor", max_count_per_day AS "maxCountPerDay",
            approval_above_minor AS "approvalAboveMinor", fee_minor AS "feeMinor"
     FROM transaction_limits WHERE kind = $1 AND currency = $2`,
    [kind, currency],
  );
  return rows[0];
}
