import type { Tx } from "../with-transaction.ts";

export interface NeglectedTransaction {
  id: string;
  kind: "deposit" | "withdrawal";
  status: string;
  expiresAt: Date | null;
}

/**
 * Unfinished transactions that a job should have looked at by now, and for which no job was made since `sweptBefore`:
 * withdrawals queued for long, payouts under way that nobody has read for long, deposits without a checkout, and those whose
 * time is over. Longest neglected first.
 */
export async function findNeglectedTransactions(
  tx: Tx,
  filter: {
    queuedBefore: Date;
    readBefore: Date;
    expiredBefore: Date;
    unopenedBefore: Date;
    sweptBefore: Date;
    limit: number;
  },
): Promise<NeglectedTransaction[]> {
  const { rows } = await tx.query<NeglectedTransaction>(
    `SELECT t.id, t.kind, t.status, t.expires_at AS "expiresAt" FROM transactions t
     WHERE ((t.kind = 'withdrawal' AND t.status = 'queued' AND t.updated_at < $1)
        OR (t.kind = 'withdrawal' AND t.status IN ('processing', 'in_doubt') AND t.updated_at < $2 AND NOT EXISTS (
             SELECT 1 FROM revio_payouts p WHERE p.transaction_id = t.id AND p.last_read_at >= $2))
        OR (t.kind = 'deposit' AND t.status = 'created' AND t.created_at < $6)
        OR (t.kind = 'deposit' AND t.status IN ('created', 'awaiting_payment') AND t.expires_at < $3))
       AND NOT EXISTS (SELECT 1 FROM sweeps s WHERE s.subject_id = t.id AND s.swept_at >= $4)
     ORDER BY t.updated_at LIMIT $5`,
    [
      filter.queuedBefore,
      filter.readBefore,
      filter.expiredBefore,
      filter.sweptBefore,
      filter.limit,
      filter.unopenedBefore,
    ],
  );
  return rows;
}
