import type { Queryable } from "../pool.ts";

/**
 * Withdrawals whose execution is in doubt since before `warnBefore` and that are not in the operators' queue yet, or since
 * before `urgentBefore` and not there as urgent. Longest in doubt first.
 */
export async function findDoubtfulWithdrawalIds(
  db: Queryable,
  filter: { warnBefore: Date; urgentBefore: Date; limit: number },
): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `SELECT t.id FROM transactions t
     WHERE t.kind = 'withdrawal' AND t.status = 'in_doubt' AND t.updated_at <= $1
       AND EXISTS (SELECT 1 FROM revio_payouts p WHERE p.transaction_id = t.id AND p.execute_sent_at IS NOT NULL)
       AND NOT EXISTS (SELECT 1 FROM breaks b WHERE b.class = 'payout_in_doubt' AND b.subject = 'transaction:' || t.id
                       AND b.state = 'open' AND (b.severity = 'critical' OR t.updated_at > $2))
     ORDER BY t.updated_at LIMIT $3`,
    [filter.warnBefore, filter.urgentBefore, filter.limit],
  );
  return rows.map(({ id }) => id);
}
