import { randomUUID } from "node:crypto";
import type { JobName } from "@revio-wallet/core/jobs";
import type { Services } from "../context.ts";
import { describeError } from "../log.ts";
import { captureUnexpected } from "../sentry.ts";
import type { JobDefinition } from "./job.ts";

/** Stored by pg-boss beside the job, in the clear: only the kind of error, none of its words. */
export class JobFailed extends Error {
  override readonly name = "JobFailed";

  constructor(error: unknown) {
    const { name, code } = describeError(error);
    super(code === undefined ? name : `${name} ${code}`);
    delete this.stack;
  }
}

interface ClaimedJob {
  id: string;
  data: unknown;
  retryCount: number;
}

/**
 * Runs one claimed job: checks its payload, calls its verb, logs one line. What it throws is safe to store.
 *
 * @throws JobFailed so that the queue tries again
 */
export async function runJob<Name extends JobName>(
  services: Pick<Services, "contextFor" | "log">,
  definition: JobDefinition<Name>,
  job: ClaimedJob,
): Promise<void> {
  const { log } = services;
  const line = { job: definition.name, jobId: job.id, attempt: job.retryCount + 1 };
  const requestId = `job-${job.id}-${randomUUID().slice(0, 8)}`;
  const startedAt = performance.now();
  const durationMs = () => Math.round(performance.now() - startedAt);
  try {
    const payload = definition.payload.parse(job.data);
    await definition.run(services.contextFor({ actor: definition.actor, requestId }), payload);
    log.info({ ...line, requestId, durationMs: durationMs() }, "job done");
  } catch (error) {
    const lastTry = job.retryCount >= definition.queue.retryLimit;
    const fields = { ...line, requestId, durationMs: durationMs(), lastTry, error };
    if (lastTry) log.error(fields, "job failed for good");
    else log.warn(fields, "job failed, will be tried again");
    if (lastTry) captureUnexpected(error, { requestId, where: `job ${definition.name}` });
    throw new JobFailed(error);
  }
}
