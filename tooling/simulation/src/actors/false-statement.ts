import type { World } from "../world.ts";

interface Target {
  id: string;
  kind: "deposit" | "withdrawal";
  reference: string;
  amountMinor: bigint;
  providerFeeMinor: string;
}

/** How a line lies, the class of break that it is, and whether lines of payouts can lie so. */
const lies = [
  { kind: "drop", class: "missing_at_provider", ofPayouts: false },
  { kind: "duplicate", class: "duplicate_at_provider", ofPayouts: true },
  { kind: "alter", what: "amountMinor", class: "amount_mismatch", ofPayouts: true },
  { kind: "alter", what: "currency", class: "currency_mismatch", ofPayouts: true },
  { kind: "alter", what: "feeMinor", class: "fee_mismatch", ofPayouts: false },
] as const;

/** Settled, and nothing came after it: what the line says of these must be what we have, to the cent. */
const targetsSql = `
  SELECT t.id, t.kind, t.reference, t.amount_minor AS "amountMinor", (
    SELECT coalesce(sum(p.amount_minor), 0) FROM journal_entries e JOIN postings p ON p.journal_entry_id = e.id
    JOIN ledger_accounts a ON a.id = p.ledger_account_id AND a.name = 'provider_fees' AND p.direction = 'debit'
    WHERE e.transaction_id = t.id)::text AS "providerFeeMinor"
  FROM transactions t
  WHERE t.kind IN ('deposit', 'withdrawal') AND t.status = 'completed'
    AND NOT EXISTS (SELECT FROM transactions r WHERE r.related_transaction_id = t.id)
    AND NOT EXISTS (SELECT FROM breaks b WHERE b.state = 'open' AND b.transaction_id = t.id)
    AND NOT EXISTS (SELECT FROM suspense_payments s WHERE s.transaction_id = t.id)
  ORDER BY t.created_at, t.id`;

/** Lets Revio's files lie about one movement from now on. */
export async function plantFalseLine(world: World): Promise<void> {
  const random = world.random.fork("false line");
  const { rows } = await world.database.superuser.query<Target>(targetsSql);
  if (rows.length === 0 || random.chance(0.25)) return;
  const target = random.pick(rows);
  const lie = random.pick(lies.filter(({ ofPayouts }) => ofPayouts || target.kind === "deposit"));
  const product = target.kind === "deposit" ? "purchase" : "payout";
  await world.sandbox.control("POST", "statement-faults", {
    match: { reference: target.reference, product },
    kind: lie.kind,
    ...(lie.kind === "alter" ? { set: wrong(target, lie.what) } : {}),
  });
  world.falseLine = { transactionId: target.id, class: lie.class };
  world.probes.sometimes("line of a statement that lies");
  world.inject(`statement: ${lie.class}`);
}

function wrong(target: Target, what: "amountMinor" | "currency" | "feeMinor"): object {
  if (what === "currency") return { currency: "USD" };
  if (what === "amountMinor") return { amountMinor: Number(target.amountMinor) + 1 };
  return { feeMinor: Number(target.providerFeeMinor) + 1 };
}
