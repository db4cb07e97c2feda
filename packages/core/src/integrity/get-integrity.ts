import { type BreakRow } from "@revio-wallet/db/sql/breaks";
import { readChainHead } from "@revio-wallet/db/sql/hash-chain";
import { findOpenCheckerBreaks, readIntegrityChecks } from "@revio-wallet/db/sql/integrity-checks";
import type { Context } from "../context.ts";
import { requireOperator } from "../operator/require-operator.ts";

export interface IntegrityReport {
  checks: {
    name: string;
    round: bigint;
    roundStartedAt: Date | null;
    lastStepAt: Date | null;
    /** When everything was last looked at, and how many subjects differed. */
    lastFullPassAt: Date | null;
    lastPassFindings: number | null;
  }[];
  chains: { stream: "journal" | "audit"; position: bigint; chainHash: string | null }[];
  openFindings: Pick<BreakRow, "class" | "subject" | "lastSeenAt">[];
}

/**
 * How far the checker has come, where the chains end, and what is open.
 *
 * @throws DomainError FORBIDDEN
 */
export async function getIntegrity(ctx: Pick<Context, "pool" | "actor">): Promise<IntegrityReport> {
  await requireOperator(ctx, ctx.pool, "ledger.view");
  const checks = await readIntegrityChecks(ctx.pool);
  const chains: IntegrityReport["chains"] = [];
  for (const stream of ["journal", "audit"] as const) {
    const head = await readChainHead(ctx.pool, stream);
    chains.push({
      stream,
      position: head?.position ?? 0n,
      chainHash: head?.chainHash.toString("hex") ?? null,
    });
  }
  return { checks, chains, openFindings: await findOpenCheckerBreaks(ctx.pool) };
}
