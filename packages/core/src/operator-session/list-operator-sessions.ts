import type { OperatorSessionContext } from "./operator-session.ts";

export interface ListedOperatorSession {
  id: string;
  isThisOne: boolean;
  createdAt: Date;
  lastUsedAt: Date;
  expiresAt: Date;
  userAgent: string | null;
  ipAddress: string | null;
}

/** The operator's sessions that can still be used, the last used first. */
export async function listOwnSessions(
  ctx: OperatorSessionContext,
): Promise<ListedOperatorSession[]> {
  return readOpenSessions(ctx, ctx.operatorSession.operatorId);
}

export async function readOpenSessions(
  ctx: OperatorSessionContext,
  operatorId: string,
): Promise<ListedOperatorSession[]> {
  const now = ctx.clock.now();
  const rows = await ctx.reader.operatorSession.findMany({
    where: {
      operatorId,
      endedAt: null,
      expiresAt: { gt: now },
      idleExpiresAt: { gt: now },
    },
    orderBy: [{ lastUsedAt: "desc" }, { id: "desc" }],
    take: 100,
  });
  return rows.map(({ id, createdAt, lastUsedAt, expiresAt, userAgent, ipAddress }) => ({
    id,
    isThisOne: id === ctx.operatorSession.id,
    createdAt,
    lastUsedAt,
    expiresAt,
    userAgent,
    ipAddress,
  }));
}
