import { poison } from "../gateway/job-queue.ts";
import type { World } from "../world.ts";

interface OpenRow {
  id: string;
  kind: string;
  status: string;
  reference: string;
  isExecuted: boolean;
}

/** I13: after the healing everything has ended, or waits for a person. */
export async function checkLiveness(world: World): Promise<void> {
  const { superuser } = world.database;
  const executed = new Set(
    ((await world.sandbox.control("GET", "payouts")) as { reference: string; status: string }[])
      .filter(({ status }) => status === "success" || status === "error")
      .map(({ reference }) => reference),
  );
  const open = await superuser.query<OpenRow>(
    `SELECT id, kind, status, reference FROM transactions
     WHERE status IN ('created', 'awaiting_payment', 'awaiting_approval', 'queued', 'processing', 'in_doubt') ORDER BY created_at, id`,
  );
  for (const { kind, status, reference } of open.rows) {
    // In doubt is a case for people, unless Revio could tell.
    if (status === "in_doubt" && !executed.has(reference)) {
      world.probes.sometimes("withdrawal in doubt");
      continue;
    }
    world.violate("I13", `${kind} ${reference} is still ${status} after the healing`);
  }
  const events = await superuser.query<{ event_type: string }>(
    "SELECT event_type FROM provider_events WHERE state = 'received'",
  );
  for (const { event_type: type } of events.rows) {
    world.violate("I13", `an event ${type} was taken in and never acted upon`);
  }
  const jobs = await superuser.query<{ name: string; state: string }>(
    "SELECT name, state FROM sim_jobs WHERE name <> $2 AND (state = 'dead' OR (state <> 'done' AND start_after < $1))",
    [new Date(world.scheduler.nowMs() - 3_600_000), poison],
  );
  for (const { name, state } of jobs.rows) world.violate("I13", `job ${name} is ${state}`);
}

/** True when nothing is left that time alone would move. */
export async function isQuiet(world: World): Promise<boolean> {
  const { rows } = await world.database.superuser.query<{ open: bigint }>(
    `SELECT (SELECT count(*) FROM transactions WHERE status IN ('created', 'awaiting_payment', 'awaiting_approval', 'queued', 'processing'))
       + (SELECT count(*) FROM provider_events WHERE state = 'received')
       + (SELECT count(*) FROM approvals WHERE kind = 'adjustment' AND state = 'requested')
       + (SELECT count(*) FROM sim_jobs WHERE state = 'active' OR (state = 'ready' AND start_after <= $1)) AS open`,
    [new Date(world.scheduler.nowMs())],
  );
  const next = world.sandbox.nextDueMs();
  return rows[0]?.open === 0n && (next === undefined || next > world.scheduler.nowMs() + 3_600_000);
}
