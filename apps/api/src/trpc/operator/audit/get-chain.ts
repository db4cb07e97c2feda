import { getAuditChain } from "@revio-wallet/core/integrity/get-audit-chain";
import { operatorProcedure } from "../../init.ts";
import { auditChainOutput } from "../../wire/audit-outputs.ts";
import { noInput } from "../../wire/input.ts";

/** How far the audit trail is chained, and up to where and when that was verified. */
export const getChain = operatorProcedure("audit.view")
  .input(noInput)
  .output(auditChainOutput)
  .query(async ({ ctx }) => {
    const { headHash, ...state } = await getAuditChain(ctx.core);
    return { ...state, headHash: headHash?.toString("hex") ?? null };
  });
