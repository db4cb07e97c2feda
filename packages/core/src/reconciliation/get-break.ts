import {
  findBreakNotes,
  findListedBreak,
  type ListedBreakNoteRow,
} from "@revio-wallet/db/sql/break-queue";
import { findRunsOfBreak } from "@revio-wallet/db/sql/run-figures";
import type { Context } from "../context.ts";
import { notFound } from "../errors.ts";
import { requireOperator } from "../operator/require-operator.ts";
import { actionsOf, type BreakAction, reasonOf } from "./break-actions.ts";
import type { ListedBreak } from "./list-breaks.ts";

export type BreakDetails = ListedBreak & {
  notes: ListedBreakNoteRow[];
  /** What can be done about it. */
  actions: BreakAction[];
  /** The runs that have seen it, the latest first. */
  runs: { id: string; kind: string; windowFrom: Date; windowTo: Date }[];
};

/**
 * A break with its evidence, what operators have noted about it, and what can be done.
 *
 * @throws DomainError FORBIDDEN, NOT_FOUND
 */
export async function getBreak(ctx: Context, input: { breakId: string }): Promise<BreakDetails> {
  await requireOperator(ctx, ctx.pool, "reconciliation.view");
  const found = await findListedBreak(ctx.pool, input.breakId);
  if (found === undefined) throw notFound("break");
  return {
    ...found,
    why: reasonOf(found),
    notes: await findBreakNotes(ctx.pool, found.id),
    actions: actionsOf(found),
    runs: await findRunsOfBreak(ctx.pool, found.id),
  };
}
