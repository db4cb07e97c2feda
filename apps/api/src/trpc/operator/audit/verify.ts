import { verifyAuditChain } from "@revio-wallet/core/integrity/verify-audit-chain";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { verifiedStretchOutput } from "../../wire/audit-outputs.ts";

/** Verifies a stretch of the audit trail's hash chain now: behind a link, or the last so many. */
export const verify = operatorProcedure("audit.verify")
  .input(
    z.strictObject({
      after: z.bigint().nonnegative().max(9_223_372_036_854_775_807n).optional(),
      links: z.int().min(1).max(10_000),
    }),
  )
  .output(verifiedStretchOutput)
  .mutation(({ ctx, input }) => verifyAuditChain(ctx.core, input));
