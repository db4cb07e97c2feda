import type { Actor } from "@revio-wallet/core/context";
import type { JobName, JobPayloads } from "@revio-wallet/core/jobs";
import type { z } from "zod";
import type { AppContext } from "../context.ts";

/** How a queue treats its jobs. All of it is explicit: the defaults of pg-boss give up after two tries. */
export interface QueueSettings {
  retryLimit: number;
  /** First pause; each further one doubles, with jitter, up to the maximum. */
  retryDelaySeconds: number;
  retryDelayMaxSeconds: number;
  /** More than the provider's timeout times the calls of one run: an expired job runs again beside the first. */
  expireInSeconds: number;
  /** Jobs of this queue at once in one worker. */
  concurrency: number;
}

/** A background job: its name, what its payload looks like, how its queue behaves, and the one verb that it calls. */
export interface JobDefinition<Name extends JobName = JobName> {
  name: Name;
  payload: z.ZodType<JobPayloads[Name]>;
  queue: QueueSettings;
  actor: Actor;
  run(ctx: AppContext, payload: JobPayloads[Name]): Promise<unknown>;
}

export function defineJob<Name extends JobName>(
  definition: JobDefinition<Name>,
): JobDefinition<Name> {
  return definition;
}

/** Asks Revio: patient, for an outage there may last. 20 tries reach over about three hours; then the sweeper goes on. */
export const providerQueue: QueueSettings = {
  retryLimit: 20,
  retryDelaySeconds: 2,
  retryDelayMaxSeconds: 900,
  expireInSeconds: 180,
  concurrency: 4,
};

/** Upkeep that the schedule brings again anyway. */
export const upkeepQueue: QueueSettings = {
  retryLimit: 3,
  retryDelaySeconds: 5,
  retryDelayMaxSeconds: 60,
  expireInSeconds: 120,
  concurrency: 1,
};

export const system = (id: string): Actor => ({ kind: "system", id });
