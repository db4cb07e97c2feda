import {
  type BreakFigure,
  countOpenBreaks,
  findBreaks,
  type ListedBreakRow,
} from "@revio-wallet/db/sql/break-queue";
import type { BreakClass, BreakRow } from "@revio-wallet/db/sql/breaks";
import type { Context } from "../context.ts";
import { requireOperator } from "../operator/require-operator.ts";
import { decodeCursor, encodeCursor, type Page } from "../transaction/page-cursor.ts";
import {
  ageBounds,
  type AgeBucket,
  ageBuckets,
  type BreakReason,
  openedWithin,
  reasonOf,
} from "./break-actions.ts";

export interface BreakFilter {
  state: BreakRow["state"];
  class?: BreakClass | undefined;
  severity?: BreakRow["severity"] | undefined;
  age?: AgeBucket | undefined;
  /** Null: nobody's. */
  ownerId?: string | null | undefined;
  transactionId?: string | undefined;
  /** Seen by this run. */
  runId?: string | undefined;
  cursor?: string | undefined;
  /** 1 to 100. */
  limit: number;
}

/** A break as the queue shows it, with why it needs a person. */
export type ListedBreak = ListedBreakRow & { why: BreakReason };

/**
 * One page of the operators' queue, oldest first.
 *
 * @throws DomainError FORBIDDEN, INVALID_INPUT for a cursor that is not ours
 */
export async function listBreaks(ctx: Context, filter: BreakFilter): Promise<Page<ListedBreak>> {
  await requireOperator(ctx, ctx.pool, "reconciliation.view");
  const { age, cursor, limit, ...rest } = filter;
  const place = cursor === undefined ? undefined : decodeCursor(cursor);
  const rows = await findBreaks(ctx.pool, {
    ...rest,
    ...(age === undefined ? {} : openedWithin(age, ctx.clock.now())),
    after: place && { openedAt: place.createdAt, id: place.id },
    limit: limit + 1,
  });
  const items = rows.slice(0, limit).map((row) => ({ ...row, why: reasonOf(row) }));
  const last = rows.length > limit ? items.at(-1) : undefined;
  return {
    items,
    nextCursor: last === undefined ? null : encodeCursor({ createdAt: last.openedAt, id: last.id }),
  };
}

/** Open breaks of one class, severity, age and currency. */
export type BreakSummary = Omit<BreakFigure, "bucket"> & { age: AgeBucket };

/** How many are open, and what is at stake, by class, severity and age: each number is just what the list shows. @throws DomainError FORBIDDEN */
export async function summarizeBreaks(ctx: Context): Promise<BreakSummary[]> {
  await requireOperator(ctx, ctx.pool, "reconciliation.view");
  const figures = await countOpenBreaks(ctx.pool, { now: ctx.clock.now(), ages: ageBounds });
  return figures.map(({ bucket, ...figure }) => ({
    ...figure,
    age: ageBuckets[bucket] ?? "over-7",
  }));
}
