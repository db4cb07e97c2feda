import { createServices, type Services } from "../context.ts";
import { readEnv } from "../env.ts";
import { createLog } from "../log.ts";
import { flushSentry, startSentry } from "../sentry.ts";
import type { JobName } from "@revio-wallet/core/jobs";
import type { JobDefinition } from "./job.ts";
import { configureQueues, jobs } from "./registry.ts";
import { runJob } from "./run-job.ts";
import { configureSchedules } from "./schedules.ts";

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
  stopOnSignals(services);
  await services.startQueue();
  for (const name of Object.keys(jobs) as JobName[]) await work(services, name);
  log.info({ queues: Object.keys(jobs) }, "worker ready");
}

async function work<Name extends JobName>(services: Services, name: Name): Promise<void> {
  const definition: JobDefinition<Name> = jobs[name];
  const options = {
    batchSize: 1,
    localConcurrency: definition.queue.concurrency,
    pollingIntervalSeconds: 1,
    // New jobs are announced; retries and delayed jobs are not, so idle polling must not be slow.
    notifyPollingIntervalSeconds: 2,
  };
  await services.boss.work<unknown>(name, options, async ([job]) => {
    if (job !== undefined) await runJob(services, definition, job);
  });
}

function stopOnSignals(services: Services): void {
  let stopping = false;
  const stop = async (signal: string) => {
    if (stopping) return;
    stopping = true;
    services.log.info({ signal }, "worker stopping: running jobs may finish");
    await services.close();
    await flushSentry();
    services.log.info({}, "worker stopped");
    // Not process.exit: the last lines of the log are still on their way. This only ends what hangs.
    setTimeout(() => process.exit(0), 2_000).unref();
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void stop(signal));
  process.on("unhandledRejection", (error) => {
    services.log.error(
      { error },
      "unhandled rejection: the worker ends, another one takes over its jobs",
    );
    setTimeout(() => process.exit(1), 100);
  });
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
