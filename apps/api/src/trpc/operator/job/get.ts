import { getJob } from "@revio-wallet/core/job/get-job";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { id } from "../../wire/input.ts";
import { jobOutput } from "../../wire/job-outputs.ts";

/** A background job, by its id alone. */
export const get = operatorProcedure("queues.view")
  .input(z.strictObject({ jobId: id }))
  .output(jobOutput)
  .query(({ ctx, input }) => getJob(ctx.core, input));
