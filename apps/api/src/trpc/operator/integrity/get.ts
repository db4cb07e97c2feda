import { getIntegrity } from "@revio-wallet/core/integrity/get-integrity";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";

/** How far the checker has come, where the hash chains end, and which of its findings are open. */
export const get = operatorProcedure("ledger.view")
  .input(z.strictObject({}))
  .output(
    z.object({
      checks: z.array(
        z.object({
          name: z.string(),
          round: z.bigint(),
          roundStartedAt: z.date().nullable(),
          lastStepAt: z.date().nullable(),
          lastFullPassAt: z.date().nullable(),
          lastPassFindings: z.number().nullable(),
        }),
      ),
      chains: z.array(
        z.object({
          stream: z.enum(["journal", "audit"]),
          position: z.bigint(),
          chainHash: z.string().nullable(),
        }),
      ),
      openFindings: z.array(
        z.object({ class: z.string(), subject: z.string(), lastSeenAt: z.date() }),
      ),
    }),
  )
  .query(({ ctx }) => getIntegrity(ctx.core));
