import { listDayClosesBefore } from "@revio-wallet/db/sql/day-closes";
import type { Context } from "../context.ts";
import { requireOperator } from "../operator/require-operator.ts";

/** A closed day in a list. */
export interface ClosedDay {
  businessOn: string;
  sha256: string;
  keyId: string;
  chainPosition: bigint;
  closedAt: Date;
}

/**
 * Closed days, the newest first; `before` a day for the next page.
 *
 * @throws DomainError FORBIDDEN
 */
export async function listDayCloses(
  ctx: Pick<Context, "pool" | "actor">,
  page: { before?: string | undefined; limit: number },
): Promise<ClosedDay[]> {
  await requireOperator(ctx, ctx.pool, "reconciliation.view");
  const rows = await listDayClosesBefore(ctx.pool, {
    before: page.before ?? null,
    limit: page.limit,
  });
  return rows.map(({ businessOn, sha256, keyId, chainPosition, closedAt }) => ({
    businessOn,
    sha256: sha256.toString("hex"),
    keyId,
    chainPosition,
    closedAt,
  }));
}
