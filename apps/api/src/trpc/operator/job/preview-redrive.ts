import { previewRedrive as preview } from "@revio-wallet/core/job/preview-redrive";
import type { JobName } from "@revio-wallet/core/jobs";
import { z } from "zod";
import { jobs } from "../../../worker/registry.ts";
import { operatorProcedure } from "../../init.ts";
import { id, text } from "../../wire/input.ts";
import { redrivePreviewOutput } from "../../wire/job-outputs.ts";

/** What `job.redrive` would bring back. Changes nothing. */
export const previewRedrive = operatorProcedure("queues.view")
  .input(
    z.strictObject({
      queue: z.enum(Object.keys(jobs) as [JobName]),
      cause: text({ min: 1, max: 200 }).optional(),
      jobId: id.optional(),
    }),
  )
  .output(redrivePreviewOutput)
  .query(({ ctx, input }) => preview(ctx.core, input));
