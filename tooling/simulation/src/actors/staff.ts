import { decideWithdrawal } from "@revio-wallet/core/approval/decide-withdrawal";
import { expireApprovals } from "@revio-wallet/core/approval/expire-approvals";
import { sweepTransactions } from "@revio-wallet/core/revio/sweep-transactions";
import { foldCheckpoints } from "@revio-wallet/core/ledger/fold-checkpoints";
import { reactivateUser } from "@revio-wallet/core/user/reactivate-user";
import { suspendUser } from "@revio-wallet/core/user/suspend-user";
import { unfreezeOutgoing } from "@revio-wallet/core/user/unfreeze-outgoing";
import { cancelUserWithdrawal } from "@revio-wallet/core/withdrawal/cancel-user-withdrawal";
import { requestDailyRuns } from "@revio-wallet/core/reconciliation/request-daily-runs";
import type { RevioContext } from "@revio-wallet/core/revio/revio-context";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import type { Strand } from "../strand.ts";
import { insertJobSql, poison } from "../gateway/job-queue.ts";
import { askAs, onProcess, refusalOf } from "../answers.ts";
import type { World } from "../world.ts";

/** Operators: decide on large withdrawals, shut somebody out for a while. */
export function spawnOperator(world: World): void {
  const random = world.random.fork("operator");
  const { scheduler, probes, template } = world;
  const operators = template.operators.filter(({ role }) => role === "operator");
  scheduler.spawn("operator", undefined, async (strand) => {
    const attempt = async (work: (ctx: RevioContext) => Promise<unknown>) =>
      (await askAs(world, strand, random.pick(operators), work)).type === "ok";
    for (;;) {
      await scheduler.sleep(strand, random.int(60_000, 1_200_000), "drinks coffee");
      for (const transactionId of await awaitingApproval(world)) {
        const decision = random.chance(0.7) ? "approved" : "rejected";
        if (await attempt((ctx) => decideWithdrawal(ctx, { transactionId, decision }))) {
          probes.sometimes(decision === "approved" ? "withdrawal approved" : "withdrawal rejected");
        }
      }
      if (world.healed || !random.chance(0.1)) continue;
      const { userId } = random.pick(template.customers);
      const input = { userId, reason: "simulation" };
      if (await attempt((ctx) => suspendUser(ctx, input))) probes.sometimes("user suspended");
      await scheduler.sleep(strand, random.int(1_000, 600_000), "looks into it");
      await attempt((ctx) => reactivateUser(ctx, input));
    }
  });
}

/** After the healing somebody looks at each frozen user of whom withdrawals wait: they may go out, or are taken back. */
export function spawnReviewer(world: World): void {
  const random = world.random.fork("reviewer");
  const { scheduler, probes, template } = world;
  const reviewer = template.operators.find(({ role }) => role === "administrator");
  if (reviewer === undefined) throw new Error("there is an administrator");
  scheduler.spawn("reviewer", undefined, async (strand) => {
    for (;;) {
      await scheduler.sleep(strand, random.int(600_000, 3_600_000), "reads the files");
      for (const { transactionId, userId } of await heldByFreeze(world)) {
        const reason = "simulation";
        const takesBack = random.chance(0.3);
        const { type } = await askAs(world, strand, reviewer, async (ctx) => {
          if (takesBack) await cancelUserWithdrawal(ctx, { transactionId, reason });
          else await unfreezeOutgoing(ctx, { userId, reason });
        });
        if (type !== "ok") continue;
        probes.sometimes(takesBack ? "frozen withdrawal taken back" : "user unfrozen");
      }
    }
  });
}

async function heldByFreeze({
  database,
}: World): Promise<{ transactionId: string; userId: string }[]> {
  const { rows } = await database.superuser.query<{ transactionId: string; userId: string }>(
    `SELECT t.id AS "transactionId", u.id AS "userId" FROM transactions t JOIN users u ON u.id = t.user_id
     WHERE t.kind = 'withdrawal' AND t.status IN ('awaiting_approval', 'queued') AND u.outgoing_frozen_at IS NOT NULL ORDER BY t.created_at, t.id`,
  );
  return rows;
}

async function awaitingApproval({ database }: World): Promise<string[]> {
  const { rows } = await database.superuser.query<{ id: string }>(
    "SELECT id FROM transactions WHERE status = 'awaiting_approval' ORDER BY created_at, id",
  );
  return rows.map(({ id }) => id);
}

/** What runs by the clock, in a worker process. Rarer than in production: a minute of it is like another. */
export function spawnSchedule(world: World, everyMs: () => number): void {
  const { scheduler } = world;
  scheduler.spawn("schedule", undefined, async (strand) => {
    for (;;) {
      await scheduler.sleep(strand, everyMs(), "waits for its minute");
      await runUpkeep(world, strand);
    }
  });
}

async function runUpkeep(world: World, strand: Strand): Promise<void> {
  try {
    await onProcess(world, strand, "worker", async () => {
      const ctx = world.contextOf(strand, { kind: "system", id: "transaction.sweep" });
      if (world.plant.withoutSweeper) {
        await withTransaction(ctx.pool, (tx) => expireApprovals(ctx, tx));
      } else if ((await sweepTransactions(ctx)) > 0) world.probes.sometimes("sweeper made a job");
      await foldCheckpoints(ctx, { minimumPostings: 5n });
      // Yesterday's runs, and jobs for runs whose job was lost.
      if (world.swarm.reconciles) await requestDailyRuns(ctx);
    });
  } catch (error) {
    refusalOf(world, error);
  }
}

/** Loses jobs, as a queue does whose retention is over. */
export function spawnSaboteur(world: World): void {
  const random = world.random.fork("saboteur");
  const { scheduler } = world;
  scheduler.spawn("saboteur", undefined, async (strand) => {
    if (world.swarm.poison) await enqueuePoison(world);
    while (!world.healed) {
      await scheduler.sleep(strand, random.int(1_000, 120_000), "waits");
      if (world.healed || !random.chance(world.swarm.jobLost)) continue;
      await loseJobs(world, 1);
    }
  });
}

/** F67: a job that no try can help. */
async function enqueuePoison(world: World): Promise<void> {
  await world.database.superuser.query(insertJobSql, [poison, "{}", world.scheduler.clock.now()]);
  world.probes.sometimes("job that always fails");
  world.inject("job that always fails");
}

/** Takes unfinished jobs out of the queue for good, newest first. */
export async function loseJobs(world: World, atMost: number): Promise<void> {
  const { rowCount } = await world.database.superuser.query(
    `DELETE FROM sim_jobs WHERE id IN (
       SELECT id FROM sim_jobs WHERE state IN ('ready', 'active') AND name <> '${poison}' ORDER BY id DESC LIMIT $1 FOR UPDATE SKIP LOCKED)`,
    [atMost],
  );
  for (let lost = rowCount ?? 0; lost > 0; lost--) {
    world.probes.sometimes("job lost");
    world.inject("job lost");
  }
}
