import type { World } from "../world.ts";

interface SnapshotRow {
  unbalanced: bigint;
  trial: string;
  drift: bigint;
  negative: bigint;
  early: bigint;
  reserves: bigint;
  unlimited: bigint;
  shared: bigint;
}

const signed = "CASE p.direction WHEN 'debit' THEN p.amount_minor ELSE -p.amount_minor END";

/** On one snapshot: what no committed database transaction may break, not even for a moment. */
const snapshotSql = `
  SELECT
    (SELECT count(*) FROM (
       SELECT 1 FROM journal_entries e LEFT JOIN postings p ON p.journal_entry_id = e.id
       GROUP BY e.id HAVING count(p.id) < 2 OR sum(${signed}) <> 0
         OR count(*) FILTER (WHERE p.created_xid <> e.created_xid) > 0) x) AS unbalanced,
    (SELECT coalesce(sum(${signed}), 0)::text FROM postings p) AS trial,
    (SELECT count(*) FROM balances b JOIN ledger_accounts a ON a.id = b.ledger_account_id
       WHERE b.amount_minor <> (
         SELECT coalesce(sum(CASE p.direction WHEN a.normal_side THEN p.amount_minor ELSE -p.amount_minor END), 0)
         FROM postings p WHERE p.ledger_account_id = a.id)) AS drift,
    (SELECT count(*) FROM ledger_accounts a JOIN balances b ON b.ledger_account_id = a.id WHERE b.amount_minor < 0 OR (
         SELECT coalesce(sum(CASE p.direction WHEN a.normal_side THEN p.amount_minor ELSE -p.amount_minor END), 0)
         FROM postings p WHERE p.ledger_account_id = a.id) < 0) AS negative,
    (SELECT count(*) FROM transactions WHERE status = 'expired' AND expires_at > $1) AS early,
    (SELECT count(*) FROM ledger_accounts a JOIN balances b ON b.ledger_account_id = a.id
       WHERE a.name = 'pending' AND b.amount_minor <> (
         SELECT coalesce(sum(t.amount_minor + t.fee_minor), 0) FROM transactions t
         WHERE t.user_id = a.user_id AND t.kind = 'withdrawal'
           AND t.status IN ('awaiting_approval', 'queued', 'processing', 'in_doubt'))) AS reserves,
    (SELECT count(*) FROM (
       SELECT 1 FROM transactions t JOIN transaction_limits l ON l.kind = t.kind AND l.currency = t.currency
       WHERE t.status NOT IN ('failed', 'rejected', 'cancelled', 'expired') AND NOT EXISTS (
         -- Over, and paid after all: what Revio has taken in no limit can refuse.
         SELECT 1 FROM transaction_events v WHERE v.transaction_id = t.id AND v.from_status IN ('failed', 'cancelled', 'expired'))
       GROUP BY t.user_id, t.kind, (t.created_at AT TIME ZONE 'Africa/Johannesburg')::date
       HAVING sum(t.amount_minor) > max(l.max_per_day_minor) OR count(*) > max(l.max_count_per_day)) x) AS unlimited,
    (SELECT count(*) FROM (
       SELECT 1 FROM audit_events GROUP BY created_xid HAVING min(request_id) <> max(request_id)) x) AS shared`;

const touchesMoney =
  /post_journal_entries|postings|balances|UPDATE transactions|INSERT INTO transactions/;

/** After a COMMIT that may have moved money: I1 to I4 and I14, as any other connection sees them now. */
export async function checkSnapshot(world: World, statements: readonly string[]): Promise<void> {
  if (!statements.some((sql) => touchesMoney.test(sql))) return;
  await checkSnapshotNow(world);
}

export async function checkSnapshotNow(world: World): Promise<void> {
  const { rows } = await world.database.superuser.query<SnapshotRow>({
    // By name: to plan it takes ten times as long as to run it.
    name: "snapshot",
    text: snapshotSql,
    values: [world.scheduler.clock.now()],
  });
  const [row] = rows;
  if (row === undefined) throw new Error("a snapshot has a row");
  if (row.unbalanced > 0n) world.violate("I1", `${row.unbalanced} journal entries do not balance`);
  if (row.shared > 0n) {
    world.violate("I1", `${row.shared} database transactions hold the work of two requests`);
  }
  if (row.trial !== "0") world.violate("I2", `the trial balance is ${row.trial}`);
  if (row.drift > 0n)
    world.violate("I3", `${row.drift} balances are not the sum of their postings`);
  if (row.negative > 0n) world.violate("I4", `${row.negative} balances are negative`);
  // F58: what a user may move in a day is part of what they have.
  if (row.unlimited > 0n) world.violate("I4", `${row.unlimited} daily limits were passed`);
  if (row.early > 0n) {
    world.violate("I19", `${row.early} deposits have expired before their time`);
  }
  if (row.reserves > 0n) {
    world.violate("I14", `on ${row.reserves} accounts, pending is not what open withdrawals hold`);
  }
}
