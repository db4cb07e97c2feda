import { createServices, type Services } from "../context.ts";
import { endOnDefect } from "../end-on-defect.ts";
import { readEnv } from "../env.ts";
import { requireFitWorkerDatabase } from "../fit-worker-database.ts";
import { createLog } from "../log.ts";
import { flushSentry, startSentry } from "../sentry.ts";
import type { JobName } from "@revio-wallet/core/jobs";
import type { JobDefinition } from "./job.ts";
import { configureQueues, jobs } from "./registry.ts";
import { runJob } from "./run-job.ts";
import { RunningJobs } from "./running-jobs.ts";
import { configureSchedules } from "./schedules.ts";
import { stopWorker } from "./stop-worker.ts";

/** The worker: a process of its own, as many as one likes. It takes jobs from the queue and calls the verbs of core. */
async function main(): Promise<void> {
  const env = readEnv();
  const log = createLog({ name: "worker", level: env.LOG_LEVEL });
  startSentry({ dsn: env.SENTRY_DSN });
  const services = await createServices({
    env,
    role: "worker",
    log,
    afterQueueStart: async (boss) => {
      await configureQueues(boss);
      await configureSchedules(boss);
    },
  });
  endOnDefect(log);
  const running = new RunningJobs();
  stopOnSignals(services, running);
  await requireFitWorkerDatabase(services);
  await services.startQueue();
  for (const name of Object.keys(jobs) as JobName[]) await work(services, running, name);
  log.info({ queues: Object.keys(jobs) }, "worker ready");
}

async function work<Name extends JobName>(
  services: Services,
  running: RunningJobs,
  name: Name,
): Promise<void> {
  const definition: JobDefinition<Name> = jobs[name];
  const options = {
    batchSize: 1,
    localConcurrency: definition.queue.concurrency,
    pollingIntervalSeconds: Math.min(services.env.JOB_POLL_SECONDS, 1),
    // New jobs are announced; retries and delayed jobs are not, so idle polling must not be slow.
    notifyPollingIntervalSeconds: services.env.JOB_POLL_SECONDS,
    includeMetadata: true,
  } as const;
  await services.boss.work<unknown, void, typeof options>(name, options, async ([job]) => {
    if (job !== undefined) await running.track(() => runJob(services, definition, job));
  });
}

/** The first signal lets running jobs finish, a second one does not. */
function stopOnSignals(services: Services, running: RunningJobs): void {
  let stopping = false;
  const hurry = new AbortController();
  const stop = async (signal: string) => {
    services.log.info({ signal }, stopping ? "worker stopping at once" : "worker stopping");
    if (stopping) hurry.abort();
    if (stopping) return;
    stopping = true;
    const drainMs = services.env.SHUTDOWN_DRAIN_SECONDS * 1_000;
    await stopWorker(services, running, { drainMs, hurry: hurry.signal });
    await flushSentry();
    services.log.info({}, "worker stopped");
    // Not at once: the last lines of the log are still on their way. This only ends what hangs.
    setTimeout(() => process.exit(0), 1_000).unref();
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void stop(signal));
}

try {
  await main();
} catch (error) {
  process.stderr.write(
    `The worker cannot start: ${error instanceof Error ? error.message : String(error)}\n`,
  );
  process.exitCode = 1;
  setTimeout(() => process.exit(1), 500).unref();
}
