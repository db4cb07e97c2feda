import { stepCheck } from "@revio-wallet/db/sql/check-definition";
import { readChainHead } from "@revio-wallet/db/sql/hash-chain";
import { chainCheckDefinitions } from "@revio-wallet/db/sql/verify-chain";
import { withSnapshot } from "@revio-wallet/db/with-snapshot";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import type { Context } from "../context.ts";
import { requireOperator } from "../operator/require-operator.ts";
import { checkRateLimit, type RateLimitContext } from "../rate-limit/check-rate-limit.ts";
import { raiseFindings } from "./raise-finding.ts";

/** Links in one go: a second or two. */
const mostLinks = 10_000;
const mostFindings = 100;

export interface VerifiedStretch {
  /** First and last link that was looked at; null if there is none behind the place. */
  from: bigint | null;
  to: bigint | null;
  /** The end of the chain was reached. */
  isLast: boolean;
  findings: number;
  verifiedAt: Date;
}

/**
 * Verifies a stretch of the audit trail's hash chain now, on one snapshot: each link has its event as it was, in order, and
 * none is missing between them. A difference is a break and puts the brake on, as when the checker finds it.
 * That somebody looked is on record.
 *
 * @throws DomainError FORBIDDEN, RATE_LIMITED
 */
export async function verifyAuditChain(
  ctx: Context & RateLimitContext,
  input: {
    /** The stretch begins behind this link; without it, it is the last one of the chain. */
    after?: bigint | undefined;
    /** 1 to 10 000. */
    links: number;
  },
): Promise<VerifiedStretch> {
  await requireOperator(ctx, ctx.pool, "audit.verify");
  await checkRateLimit(ctx, "verify-per-operator", ctx.actor.id);
  const verifiedAt = ctx.clock.now();
  const { after, step } = await withSnapshot(ctx.pool, async (db) => {
    const size = Math.min(input.links, mostLinks);
    const start = input.after ?? (await placeBeforeLast(db, size));
    const taken = await stepCheck(db, chainCheckDefinitions.audit_chain, {
      after: start === 0n ? null : [start.toString()],
      size,
      limit: mostFindings,
    });
    return { after: start, step: taken };
  });
  const findings = await raiseFindings(ctx, "audit_chain", step.differences);
  const to = step.cursor?.[0] === undefined ? null : BigInt(step.cursor[0]);
  const from = to === null ? null : after + 1n;
  await withTransaction(ctx.pool, async (tx) => {
    await requireOperator(ctx, tx, "audit.verify");
    await recordAuditEvent(ctx, tx, {
      action: "audit_chain.verified",
      subjectKind: "chain",
      subjectId: "audit",
      details: {
        firstLink: from?.toString() ?? null,
        lastLink: to?.toString() ?? null,
        findings,
      },
    });
  });
  return { from, to, isLast: step.isLast, findings, verifiedAt };
}

async function placeBeforeLast(
  db: Parameters<typeof readChainHead>[0],
  links: number,
): Promise<bigint> {
  const head = await readChainHead(db, "audit");
  const before = (head?.position ?? 0n) - BigInt(links);
  return before > 0n ? before : 0n;
}
