import { z } from "zod";

const jobValue = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** A background job. What it gave back stays inside. */
export const jobOutput = z.object({
  id: z.string(),
  queue: z.string(),
  state: z.enum(["created", "retry", "active", "completed", "cancelled", "failed"]),
  /** Ids; any other text is starred. */
  payload: z.record(z.string(), jobValue),
  retryCount: z.number().int(),
  retryLimit: z.number().int(),
  createdOn: z.date(),
  startAfter: z.date(),
  startedOn: z.date().nullable(),
  completedOn: z.date().nullable(),
  heartbeatOn: z.date().nullable(),
  /** Kind of the last error; none of its words. */
  failure: z.string().nullable(),
  isDeadLetter: z.boolean(),
  /** Of a dead letter: the job that died. */
  source: z
    .object({
      queue: z.string().nullable(),
      jobId: z.string().nullable(),
      createdOn: z.string().nullable(),
      retryCount: z.number().int().nullable(),
    })
    .nullable(),
});

export const queuesOutput = z.object({
  queues: z.array(
    z.object({
      queue: z.string(),
      ready: z.number().int(),
      /** For later: pauses between tries, looks to come. */
      waiting: z.number().int(),
      active: z.number().int(),
      dead: z.number().int(),
      oldestReadySeconds: z.number(),
      /** Since `since`. */
      completed: z.number().int(),
      died: z.number().int(),
      runP50Ms: z.number().int().nullable(),
      runP95Ms: z.number().int().nullable(),
      /** Live workers that take its jobs. */
      workers: z.number().int(),
      warnings: z.array(z.enum(["no_worker", "late", "dead_letters"])),
    }),
  ),
  workers: z.array(
    z.object({
      id: z.string(),
      host: z.string(),
      pid: z.number().int(),
      startedOn: z.date(),
      heartbeatOn: z.date(),
      queues: z.array(z.string()),
      crashRestarts: z.number().int(),
    }),
  ),
  since: z.date(),
  countedUpTo: z.number().int(),
});

export const redrivePreviewOutput = z.object({
  matching: z.number().int(),
  willRedrive: z.number().int(),
  byCause: z.array(
    z.object({
      cause: z.string(),
      count: z.number().int(),
      firstAt: z.date(),
      lastAt: z.date(),
    }),
  ),
});
