import { getDayClose } from "@revio-wallet/core/day-close/get-day-close";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { closedDayFields } from "./list.ts";

/** A closed day with its certificate, signature, and what differs from the ledger as of its cut: nothing, if all is well. */
export const get = operatorProcedure("reconciliation.view")
  .input(z.strictObject({ businessOn: z.iso.date() }))
  .output(
    z.object({
      ...closedDayFields,
      previousSha256: z.string().nullable(),
      /** Exactly the bytes that were hashed and signed. */
      certificate: z.string(),
      /** Ed25519, base64. */
      signature: z.string(),
      differences: z.array(
        z.object({ what: z.string(), expected: z.string(), actual: z.string() }),
      ),
    }),
  )
  .query(({ ctx, input }) => getDayClose(ctx.core, input.businessOn));
