import type { Queryable } from "../pool.ts";

/** What was posted on an account after an instant. */
export async function readAccountMovements(
  db: Queryable,
  code: string,
  since: Date,
): Promise<{ creditsMinor: bigint; debitsMinor: bigint }> {
  const { rows } = await db.query<{ credits: string; debits: string }>(
    `SELECT coalesce(sum(p.amount_minor) FILTER (WHERE p.direction = 'credit'), 0) AS credits,
       coalesce(sum(p.amount_minor) FILTER (WHERE p.direction = 'debit'), 0) AS debits
     FROM ledger_accounts a JOIN postings p ON p.ledger_account_id = a.id
     WHERE a.code = $1 AND p.posted_at > $2`,
    [code, since],
  );
  return {
    creditsMinor: BigInt(rows[0]?.credits ?? 0),
    debitsMinor: BigInt(rows[0]?.debits ?? 0),
  };
}

/** Deposits and withdrawals that Revio may have moved already and we have not booked yet, in one currency. */
export async function sumMoneyInFlight(
  db: Queryable,
  currency: string,
): Promise<{ incomingMinor: bigint; outgoingMinor: bigint }> {
  const { rows } = await db.query<{ incoming: string; outgoing: string }>(
    `SELECT coalesce(sum(amount_minor) FILTER (WHERE kind = 'deposit'), 0) AS incoming,
       coalesce(sum(amount_minor) FILTER (WHERE kind = 'withdrawal'), 0) AS outgoing
     FROM transactions
     WHERE currency = $1 AND status IN ('created', 'awaiting_payment', 'processing', 'in_doubt')`,
    [currency],
  );
  return {
    incomingMinor: BigInt(rows[0]?.incoming ?? 0),
    outgoingMinor: BigInt(rows[0]?.outgoing ?? 0),
  };
}
