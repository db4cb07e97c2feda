import type { World } from "../world.ts";

interface Books {
  movements: { kind: string; reference: string; amountMinor: number; feeMinor: number }[];
  payouts: { payoutId: string; reference: string; status: string; executions: number }[];
}

interface RootRow {
  id: string;
  kind: string;
  status: string;
  reference: string;
  net: string;
  hasCase: boolean;
}

/**
 * What each deposit with its refunds and disputes, and each withdrawal, did to the money of its user by our ledger. A case
 * is a parked event, an open break, or a status that waits for a person.
 */
const rootsSql = `
  SELECT t.id, t.kind, t.status, t.reference, coalesce((
    SELECT sum(CASE p.direction WHEN 'credit' THEN p.amount_minor ELSE -p.amount_minor END)
    FROM transactions r JOIN journal_entries e ON e.transaction_id = r.id JOIN postings p ON p.journal_entry_id = e.id
    JOIN ledger_accounts a ON a.id = p.ledger_account_id
    WHERE (r.id = t.id OR r.related_transaction_id = t.id) AND r.kind <> 'adjustment' AND (a.user_id IS NOT NULL OR a.name = 'fee_income')), 0)::text AS net,
    (t.status IN ('in_review', 'in_doubt')
      OR EXISTS (SELECT 1 FROM provider_events v WHERE v.transaction_id = t.id AND v.state = 'parked')
      OR EXISTS (SELECT 1 FROM breaks b WHERE b.state = 'open' AND (b.transaction_id = t.id OR b.subject LIKE '%' || t.id))) AS "hasCase"
  FROM transactions t WHERE t.related_transaction_id IS NULL AND t.kind <> 'adjustment' ORDER BY t.created_at, t.id`;

const signs: Record<string, bigint> = {
  payment: 1n,
  refund: -1n,
  chargeback: -1n,
  chargeback_reversal: 1n,
  payout: -1n,
  payout_return: 1n,
};

/** What became of one deposit or withdrawal, in our ledger and in Revio's own books. */
export interface Root {
  id: string;
  kind: string;
  status: string;
  reference: string;
  booked: bigint;
  atRevio: bigint;
  hasCase: boolean;
}

export async function compareBooks(world: World, known?: Books): Promise<Root[]> {
  const books = known ?? ((await world.sandbox.control("GET", "books")) as Books);
  const byReference = new Map<string, bigint>();
  for (const { kind, reference, amountMinor } of books.movements) {
    const sign = signs[kind] ?? 0n;
    byReference.set(reference, (byReference.get(reference) ?? 0n) + sign * BigInt(amountMinor));
  }
  const { rows } = await world.database.superuser.query<RootRow>(rootsSql);
  return rows.map(({ net, ...row }) => ({
    ...row,
    booked: BigInt(net),
    atRevio: byReference.get(row.reference) ?? 0n,
  }));
}

/** I5, I6 and I15: Revio's own books against our ledger, transaction by transaction and cent by cent. */
export async function checkBooks(world: World): Promise<void> {
  const books = (await world.sandbox.control("GET", "books")) as Books;
  checkExecutions(world, books);
  for (const root of await compareBooks(world, books)) {
    const { kind, reference, status, booked, atRevio, hasCase } = root;
    const what = `${kind} ${reference} (${status}): ${booked} booked, ${atRevio} at Revio`;
    const invariant = kind === "deposit" ? "I6" : "I5";
    // More for the user than there is at Revio is never right; less is, while a person looks at it.
    const turned = world.turnedPayouts.has(reference);
    if (booked > atRevio && !(status === "in_doubt" || turned)) world.violate(invariant, what);
    else if (booked !== atRevio && !hasCase) world.violate(invariant, what);
  }
}

function checkExecutions({ violate }: World, { payouts }: Books): void {
  const executions = new Map<string, number>();
  for (const { reference, executions: count } of payouts) {
    executions.set(reference, (executions.get(reference) ?? 0) + count);
  }
  for (const [reference, count] of executions) {
    if (count > 1) violate("I5", `withdrawal ${reference} was executed ${count} times`);
  }
}
