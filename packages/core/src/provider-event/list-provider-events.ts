import {
  findProviderEvents,
  type ProviderEventFilter,
} from "@revio-wallet/db/sql/provider-event-lists";
import type { Context } from "../context.ts";
import { requireOperator } from "../operator/require-operator.ts";
import { decodeCursor, encodeCursor, type Page } from "../transaction/page-cursor.ts";
import { type ProviderEvent, toProviderEvent } from "./provider-event.ts";

/**
 * One page of the webhooks that were taken in, newest first.
 *
 * @throws DomainError FORBIDDEN, INVALID_INPUT for a cursor that is not ours
 */
export async function listProviderEvents(
  ctx: Pick<Context, "pool" | "actor">,
  input: ProviderEventFilter & {
    cursor?: string | undefined;
    /** 1 to 100. */
    limit: number;
  },
): Promise<Page<ProviderEvent>> {
  await requireOperator(ctx, ctx.pool, "webhooks.view");
  const { cursor, limit, ...filter } = input;
  const place = cursor === undefined ? undefined : decodeCursor(cursor);
  const rows = await findProviderEvents(ctx.pool, filter, {
    after: place && { receivedAt: place.createdAt, id: place.id },
    limit: limit + 1,
  });
  const items = rows.slice(0, limit);
  const last = rows.length > limit ? items.at(-1) : undefined;
  return {
    items: items.map(toProviderEvent),
    nextCursor:
      last === undefined ? null : encodeCursor({ createdAt: last.receivedAt, id: last.id }),
  };
}
