import { listDeadLetters as list } from "@revio-wallet/core/job/list-dead-letters";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";

/** Jobs whose tries are used up, by queue and cause. */
export const listDeadLetters = operatorProcedure("queues.view")
  .input(z.strictObject({}))
  .output(
    z.object({
      groups: z.array(
        z.object({
          queue: z.string(),
          /** Kind of the last error. */
          cause: z.string(),
          count: z.bigint(),
          firstAt: z.date(),
          lastAt: z.date(),
        }),
      ),
    }),
  )
  .query(async ({ ctx }) => ({ groups: await list(ctx.core) }));
