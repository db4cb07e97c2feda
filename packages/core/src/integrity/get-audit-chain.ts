import { type AuditChainState, readAuditChainState } from "@revio-wallet/db/sql/audit-lists";
import { findOpenCheckerBreaks } from "@revio-wallet/db/sql/integrity-checks";
import type { Context } from "../context.ts";
import { requireOperator } from "../operator/require-operator.ts";

export interface AuditChain extends AuditChainState {
  /** Something in a chain does not hold, and waits for people. */
  openFindings: { subject: string; lastSeenAt: Date }[];
}

/**
 * How far the audit trail is chained, and up to where and when that was verified.
 *
 * @throws DomainError FORBIDDEN
 */
export async function getAuditChain(ctx: Pick<Context, "pool" | "actor">): Promise<AuditChain> {
  await requireOperator(ctx, ctx.pool, "audit.view");
  const breaks = await findOpenCheckerBreaks(ctx.pool);
  const ofChains = breaks.filter((found) => found.class === "hash_chain_broken");
  return {
    ...(await readAuditChainState(ctx.pool)),
    openFindings: ofChains.map(({ subject, lastSeenAt }) => ({ subject, lastSeenAt })),
  };
}
