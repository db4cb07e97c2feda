import { verifyLedger } from "@revio-wallet/core/ledger/verify-ledger";
import type { World } from "../world.ts";
import { checkBooks } from "./books.ts";
import { checkHistory } from "./history.ts";
import { checkLiveness } from "./liveness.ts";
import { checkSnapshotNow } from "./snapshot.ts";

const invariantOfCheck: Record<string, string> = {
  entry_unbalanced: "I1",
  posting_orphaned: "I1",
  trial_balance: "I2",
  balance_drift: "I3",
  running_balance: "I3",
  checkpoint_drift: "I3",
  reserve_drift: "I14",
  entries_of_transaction: "I14",
  amount_of_transaction: "I6",
  status_history: "I10",
};

/** Everything that must hold once the world has healed and is quiet. */
export async function checkEverything(world: World): Promise<void> {
  await checkSnapshotNow(world);
  const { differences } = await verifyLedger({ pool: world.clone.pool });
  for (const { check, subject, expected, actual } of differences) {
    const invariant = invariantOfCheck[check] ?? "I1";
    world.violate(invariant, `${check}: ${subject} is ${actual}, expected ${expected}`);
  }
  await checkAudit(world);
  await checkApprovals(world);
  await checkBooks(world);
  await checkHistory(world);
  await checkLiveness(world);
  if (world.database.deadlocks() > 0) {
    world.violate(
      "I17",
      `${world.database.deadlocks()} deadlocks: locks are not taken in one order`,
    );
  }
}

async function checkAudit({ database, violate }: World): Promise<void> {
  const { rows } = await database.superuser.query<{ transaction_id: string; to_status: string }>(
    `SELECT e.transaction_id, e.to_status FROM transaction_events e WHERE NOT EXISTS (
       SELECT 1 FROM audit_events a WHERE a.subject_id = e.transaction_id::text AND a.created_xid = e.created_xid
         AND a.action = e.cause AND a.details ->> 'to' = e.to_status)`,
  );
  for (const { transaction_id: id, to_status: to } of rows) {
    violate("I12", `${id} went to ${to} without an audit event of the same database transaction`);
  }
}

async function checkApprovals({ database, violate }: World): Promise<void> {
  const { rows } = await database.superuser.query<{ id: string }>(
    "SELECT id FROM approvals WHERE decided_by = requested_by",
  );
  for (const { id } of rows) violate("I16", `approval ${id} was decided by who asked for it`);
}

/** Rows of the append-only tables up to now, as one hash each. */
export async function fingerprintHistory(world: World): Promise<Map<string, [bigint, string]>> {
  const prints = new Map<string, [bigint, string]>();
  for (const table of appendOnly) {
    prints.set(table, await fingerprint(world, table, null));
  }
  return prints;
}

const appendOnly = ["journal_entries", "postings", "transaction_events", "audit_events"] as const;

async function fingerprint(
  { database }: World,
  table: string,
  first: bigint | null,
): Promise<[bigint, string]> {
  // The order in which rows got their numbers: what was first stays first.
  const { rows } = await database.superuser.query<{ count: bigint; hash: string | null }>(
    `SELECT count(*) AS count, md5(string_agg(line, E'\\n' ORDER BY place)) AS hash FROM (
       SELECT t::text AS line, row_number() OVER (ORDER BY t.created_xid, t::text) AS place FROM ${table} t) x
     WHERE place <= coalesce($1, place)`,
    [first],
  );
  return [rows[0]?.count ?? 0n, rows[0]?.hash ?? ""];
}

/** I11: what was there then is there now, unchanged. */
export async function compareHistory(
  world: World,
  before: Map<string, [bigint, string]>,
): Promise<void> {
  for (const [table, [count, hash]] of before) {
    const [, now] = await fingerprint(world, table, count);
    if (now !== hash) world.violate("I11", `${table}: rows that were seen once have changed`);
  }
}
