import { type BreakNoteRow, findBreak, insertBreakNote } from "@revio-wallet/db/sql/break-queue";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import type { Context } from "../context.ts";
import { notFound } from "../errors.ts";
import { requireOperator } from "../operator/require-operator.ts";

/**
 * Keeps what an operator found out about a break, open or resolved. Notes are never changed; the audit event names the note
 * and does not repeat it.
 *
 * @throws DomainError FORBIDDEN, NOT_FOUND
 */
export async function addBreakNote(
  ctx: Context,
  input: { breakId: string; note: string },
): Promise<BreakNoteRow> {
  return withTransaction(ctx.pool, async (tx) => {
    await requireOperator(ctx, tx, "breaks.work");
    const found = await findBreak(tx, input.breakId);
    if (found === undefined) throw notFound("break");
    const now = ctx.clock.now();
    const note: BreakNoteRow = {
      id: ctx.ids.uuid(now),
      breakId: found.id,
      operatorId: ctx.actor.id,
      note: input.note,
      createdAt: now,
    };
    await insertBreakNote(tx, note);
    await recordAuditEvent(ctx, tx, {
      action: "break.noted",
      subjectKind: "break",
      subjectId: found.id,
      details: { noteId: note.id },
    });
    return note;
  });
}
