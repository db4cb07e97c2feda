import { listJobs as listOf } from "@revio-wallet/core/job/list-jobs";
import type { JobName } from "@revio-wallet/core/jobs";
import { z } from "zod";
import { jobs } from "../../../worker/registry.ts";
import { operatorProcedure } from "../../init.ts";
import { pageInput, pageOf } from "../../wire/input.ts";
import { jobOutput } from "../../wire/job-outputs.ts";

/** Jobs of one queue in one state, newest first. */
export const listJobs = operatorProcedure("queues.view")
  .input(
    z.strictObject({
      queue: z.enum(Object.keys(jobs) as [JobName]),
      state: z.enum(["ready", "deferred", "active", "completed", "dead"]),
      ...pageInput,
    }),
  )
  .output(pageOf(jobOutput))
  .query(({ ctx, input }) => listOf(ctx.core, input));
