import { type BreakNoteRow, findBreak, findBreakNotes } from "@revio-wallet/db/sql/break-queue";
import type { BreakRow } from "@revio-wallet/db/sql/breaks";
import type { Context } from "../context.ts";
import { notFound } from "../errors.ts";
import { requireOperator } from "../operator/require-operator.ts";

/**
 * A break with its evidence and what operators have noted about it.
 *
 * @throws DomainError FORBIDDEN, NOT_FOUND
 */
export async function getBreak(
  ctx: Context,
  input: { breakId: string },
): Promise<BreakRow & { notes: BreakNoteRow[] }> {
  await requireOperator(ctx, ctx.pool, "reconciliation.view");
  const found = await findBreak(ctx.pool, input.breakId);
  if (found === undefined) throw notFound("break");
  return { ...found, notes: await findBreakNotes(ctx.pool, found.id) };
}
