import {
  type ApprovalState,
  findApprovals,
  type ListedApprovalRow,
} from "@revio-wallet/db/sql/approval-list";
import type { ApprovalKind } from "@revio-wallet/db/sql/approvals";
import type { Context } from "../context.ts";
import { requireOperator } from "../operator/require-operator.ts";
import { decodeCursor, encodeCursor, type Page } from "../transaction/page-cursor.ts";

export interface ApprovalFilter {
  /** `decidable`: open ones that the viewer may decide on. `own`: what they asked for. */
  view: "decidable" | "own" | "all";
  kind?: ApprovalKind | undefined;
  state?: ApprovalState | undefined;
  cursor?: string | undefined;
  /** 1 to 100. */
  limit: number;
}

/**
 * One page of requests, with whether the viewer may decide on each: of open ones the oldest first, of others the newest.
 *
 * @throws DomainError FORBIDDEN, INVALID_INPUT for a cursor that is not ours
 */
export async function listApprovals(
  ctx: Context,
  filter: ApprovalFilter,
): Promise<Page<ListedApprovalRow>> {
  await requireOperator(ctx, ctx.pool, "approvals.view");
  const place = filter.cursor === undefined ? undefined : decodeCursor(filter.cursor);
  const rows = await findApprovals(ctx.pool, {
    viewerId: ctx.actor.id,
    now: ctx.clock.now(),
    kind: filter.kind,
    state: filter.state,
    requestedBy: filter.view === "own" ? ctx.actor.id : undefined,
    decidable: filter.view === "decidable",
    after: place && { requestedAt: place.createdAt, id: place.id },
    limit: filter.limit + 1,
  });
  const items = rows.slice(0, filter.limit);
  const last = rows.length > filter.limit ? items.at(-1) : undefined;
  return {
    items,
    nextCursor: last ? encodeCursor({ createdAt: last.requestedAt, id: last.id }) : null,
  };
}
