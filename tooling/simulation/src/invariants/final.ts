import { verifyLedger } from "@revio-wallet/core/ledger/verify-ledger";
import { checkColumnsInTheClear } from "./secrets.ts";
import type { World } from "../world.ts";
import { checkApprovals } from "./approvals.ts";
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
  await checkColumnsInTheClear(world);
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

/** What all had been able to see at some moment, and a hash of the append-only rows among it. */
export interface HistoryPrint {
  snapshot: string;
  hashes: string[];
}

const appendOnly = ["journal_entries", "postings", "transaction_events", "audit_events"] as const;

/** Rows of the append-only tables up to now, as one hash each. */
export async function fingerprintHistory(world: World): Promise<HistoryPrint> {
  const { rows } = await world.database.superuser.query<{ snapshot: string }>(
    "SELECT pg_current_snapshot()::text AS snapshot",
  );
  const snapshot = rows[0]?.snapshot ?? "";
  return { snapshot, hashes: await hashesOf(world, snapshot) };
}

/** A database transaction that was open then belongs to later, however low its number is. */
async function hashesOf({ database }: World, snapshot: string): Promise<string[]> {
  const hashes: string[] = [];
  for (const table of appendOnly) {
    const { rows } = await database.superuser.query<{ hash: string | null }>(
      `SELECT md5(string_agg(t::text, E'\\n' ORDER BY t.created_xid, t::text)) AS hash FROM ${table} t
       WHERE pg_visible_in_snapshot(t.created_xid, $1::pg_snapshot)`,
      [snapshot],
    );
    hashes.push(rows[0]?.hash ?? "");
  }
  return hashes;
}

/** I11: what was there then is there now, unchanged. */
export async function compareHistory(world: World, before: HistoryPrint): Promise<void> {
  const now = await hashesOf(world, before.snapshot);
  for (const [index, table] of appendOnly.entries()) {
    if (now[index] === before.hashes[index]) continue;
    world.violate("I11", `${table}: rows that were seen once have changed`);
  }
}
