import type { RevioContext } from "@revio-wallet/core/revio/revio-context";
import { actorOf, handlers } from "@revio-wallet/core/testing/run-jobs";
import { startMs } from "../base-context.ts";
import {
  type ClaimedJob,
  claimJob,
  firstPauseMs,
  nextJobAt,
  pauseAfter,
  poison,
  retryLimit,
  settleJob,
} from "../gateway/job-queue.ts";
import { Killed, type SimProcess, type Strand } from "../strand.ts";
import { checkClass, describe } from "../answers.ts";
import type { World } from "../world.ts";

const system = { kind: "system", id: "worker" } as const;

/** Takes jobs one after the other, until its process dies. */
export function spawnWorker(world: World, process: SimProcess): void {
  const { scheduler } = world;
  scheduler.spawn(`${process.name} loop`, process, async (strand) => {
    for (;;) {
      try {
        const ctx = world.contextOf(strand, system);
        const job = await claimJob(ctx.pool, ctx.clock.now());
        if (job === undefined) await idle(world, strand, ctx);
        else await runClaimed(world, strand, ctx, job);
      } catch (error) {
        if (error instanceof Killed) throw error;
        scheduler.note(strand.name, describe(error));
        checkClass(world, error);
        await scheduler.sleep(strand, 1_000, "pauses after an error");
      }
    }
  });
}

async function idle(world: World, strand: Strand, ctx: RevioContext): Promise<void> {
  const next = await nextJobAt(ctx.pool);
  const now = ctx.clock.now().getTime();
  const ms = next === undefined ? 3_600_000 : Math.max(next.getTime() - now, 1_000);
  world.idleWorkers.add(strand);
  try {
    await world.scheduler.sleep(strand, ms, "idles");
  } finally {
    world.idleWorkers.delete(strand);
  }
}

async function runClaimed(
  world: World,
  strand: Strand,
  ctx: RevioContext,
  job: ClaimedJob,
): Promise<void> {
  const random = world.random.fork(`job ${job.id} ${job.attempts}`);
  if (job.attempts > 1) world.probes.sometimes("job taken over from a silent worker");
  if (random.chance(world.swarm.jobTwice)) runBeside(world, job);
  if (await runJob(world, strand, job)) {
    await settleJob(ctx.pool, job, "done", { fenced: world.plant.unfenced !== true });
  }
}

/** A worker that was thought dead goes on: the same job, at the same time. */
function runBeside(world: World, job: ClaimedJob): void {
  const alive = world.processes.filter(({ kind, dead }) => kind === "worker" && !dead);
  const process = world.random.fork(`twin of ${job.id}`).pick(alive);
  world.probes.sometimes("job ran twice at once");
  world.inject("job ran twice at once");
  world.scheduler.spawn(`twin of job ${job.id}`, process, async (strand) => {
    await runJob(world, strand, job).catch((error: unknown) => {
      if (error instanceof Killed) throw error;
      world.scheduler.note(strand.name, describe(error));
    });
  });
}

/** True if it went well; otherwise it has been put back, for later. */
async function runJob(world: World, strand: Strand, job: ClaimedJob): Promise<boolean> {
  const ctx = world.contextOf(strand, actorOf(job.name));
  const handler = handlers[job.name] as
    | ((ctx: RevioContext, payload: unknown) => Promise<unknown>)
    | undefined;
  world.scheduler.note(strand.name, `runs ${job.name} ${JSON.stringify(job.payload)}`);
  try {
    if (handler === undefined) throw new Error(`nobody knows how to do ${job.name}`);
    await handler(ctx, job.payload);
    return true;
  } catch (error) {
    if (error instanceof Killed) throw error;
    world.scheduler.note(strand.name, `${job.name} failed: ${describe(error)}`);
    checkClass(world, error);
    checkTries(world, job);
    const { retryAtOnce = false } = world.plant;
    const retryAt = new Date(world.scheduler.nowMs() + (retryAtOnce ? 0 : pauseAfter(job)));
    await settleJob(ctx.pool, job, { retryAt }, retryAtOnce ? { tries: Infinity } : {});
    return false;
  }
}

/** I17: what fails every time is tried so often and no more, and never without a pause. */
function checkTries({ scheduler, violate }: World, { name, attempts }: ClaimedJob): void {
  if ((name as string) !== poison) return;
  const most = Math.min(retryLimit + 1, 1 + (scheduler.nowMs() - startMs) / firstPauseMs);
  if (attempts > most) violate("I17", `a job that always fails is tried ${attempts} times`);
}
