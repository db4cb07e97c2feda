import { randomUUID } from "node:crypto";
import { endTries } from "@revio-wallet/core/job/end-tries";
import { postponeJob } from "@revio-wallet/core/job/postpone-job";
import type { JobName } from "@revio-wallet/core/jobs";
import { callsPausedForMs } from "@revio-wallet/core/revio/calls-paused";
import type { Services } from "../context.ts";
import { currentRequestId } from "../http/request-id.ts";
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
  /** Grows with each time that the job was postponed. */
  retryLimit: number;
  /** Aborted when the job has expired, is another worker's, or the process has to end. */
  signal?: AbortSignal;
}

/**
 * Runs one claimed job: checks its payload, calls its verb, logs one line. What it throws is safe to store.
 *
 * A payload that is not the job's own (of a version that this one does not know) goes to the dead letters at once. A job
 * that fails because Revio is not asked at present goes back into its queue, without having used up a try.
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
  const { actor, name } = definition;
  const ctx = services.contextFor({
    actor,
    requestId,
    ...(job.signal === undefined ? {} : { signal: job.signal }),
  });
  const claim = { queue: name, jobId: job.id, retryCount: job.retryCount };
  const payload = definition.payload.safeParse(job.data);
  try {
    if (!payload.success) throw payload.error;
    await currentRequestId.run(requestId, () => definition.run(ctx, payload.data));
    log.info({ ...line, requestId, durationMs: durationMs() }, "job done");
  } catch (error) {
    const pausedForMs = callsPausedForMs(error);
    const postponed = Math.max(job.retryLimit - definition.queue.retryLimit, 0);
    if (pausedForMs !== undefined) {
      // Should the database refuse this too, the job fails like any other.
      const put = postponeJob(ctx, { ...claim, postponed }, pausedForMs).catch(() => false);
      if (await put) {
        log.info(
          { ...line, requestId, postponed: postponed + 1 },
          "job postponed: Revio is not asked",
        );
        return;
      }
    }
    if (!payload.success) await endTries(ctx, claim).catch(() => undefined);
    const lastTry = !payload.success || job.retryCount >= job.retryLimit;
    const fields = { ...line, requestId, durationMs: durationMs(), lastTry, error };
    if (lastTry) log.error(fields, "job failed for good");
    else log.warn(fields, "job failed, will be tried again");
    if (lastTry) captureUnexpected(error, { requestId, where: `job ${definition.name}` });
    throw new JobFailed(error);
  }
}
