import type {
  ReconciliationKind,
  ReconciliationRunRow,
} from "@revio-wallet/db/sql/reconciliation-runs";
import { findReconciliationRun } from "@revio-wallet/db/sql/reconciliation-runs";
import { requestRun } from "../../src/reconciliation/request-run.ts";
import type { MoneyWorld } from "./money-world.ts";

const minute = 60_000;

export interface FoundBreak {
  class: string;
  subject: string;
  severity: string;
  amountMinor: bigint | null;
  transactionId: string | null;
  state: string;
  resolution: string | null;
  evidence: Record<string, unknown>;
}

/** Asks for a run over everything since `from`, and lets time pass until it has ended. */
export async function reconcile(
  world: MoneyWorld,
  kind: ReconciliationKind,
  from: Date,
): Promise<ReconciliationRunRow> {
  // The window has to be over.
  await world.advance(minute);
  const { id } = await requestRun(world.ctx, {
    kind,
    windowFrom: from,
    windowTo: world.ctx.clock.now(),
  });
  return untilEnded(world, id);
}

export async function untilEnded(world: MoneyWorld, id: string): Promise<ReconciliationRunRow> {
  for (let looks = 0; looks < 200; looks += 1) {
    await world.runJobs({ only: "reconciliation.run" });
    const run = await findReconciliationRun(world.database.pool, id);
    if (run === undefined) throw new Error(`there is no run ${id}`);
    if (run.state !== "running") return run;
    await world.advance(minute);
  }
  throw new Error(`run ${id} does not end`);
}

/** Every break, oldest first. */
export async function breaksOf(
  world: MoneyWorld,
  state: "open" | "resolved" = "open",
): Promise<FoundBreak[]> {
  const { rows } = await world.database.pool.query<FoundBreak>(
    `SELECT class, subject, severity, amount_minor AS "amountMinor", transaction_id AS "transactionId", state, resolution, evidence
     FROM breaks WHERE state = $1 ORDER BY opened_at, id`,
    [state],
  );
  return rows;
}

/** "class subject amount" of each open break. */
export async function openBreaks(world: MoneyWorld): Promise<string[]> {
  const found = await breaksOf(world);
  return found.map(({ class: name, subject, amountMinor }) => `${name} ${subject} ${amountMinor}`);
}
