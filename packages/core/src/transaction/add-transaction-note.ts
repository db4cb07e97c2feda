import {
  findTransactionNote,
  insertTransactionNote,
  type TransactionNoteRow,
} from "@revio-wallet/db/sql/transaction-notes";
import { findTransaction } from "@revio-wallet/db/sql/transactions";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import type { Context } from "../context.ts";
import { DomainError, invariant, notFound } from "../errors.ts";
import { requireOperator } from "../operator/require-operator.ts";

export type TransactionNote = Omit<TransactionNoteRow, "requestKey">;

/**
 * Keeps what an operator found out about a transaction. Notes are never changed; the audit event names the note and does not repeat
 * it. The same key again is answered with the note that it wrote.
 *
 * @throws DomainError FORBIDDEN, NOT_FOUND, IDEMPOTENCY_KEY_REUSED for another text under the same key
 */
export async function addTransactionNote(
  ctx: Context,
  input: { transactionId: string; note: string; idempotencyKey: string },
): Promise<TransactionNote> {
  return withTransaction(ctx.pool, async (tx) => {
    await requireOperator(ctx, tx, "transactions.note");
    const found = await findTransaction(tx, input.transactionId);
    if (found === undefined) throw notFound("transaction");
    const now = ctx.clock.now();
    const { requestKey, ...note }: TransactionNoteRow = {
      id: ctx.ids.uuid(now),
      transactionId: found.id,
      operatorId: ctx.actor.id,
      note: input.note,
      requestKey: input.idempotencyKey,
      createdAt: now,
    };
    if (!(await insertTransactionNote(tx, { ...note, requestKey }))) {
      const written = await findTransactionNote(tx, { ...note, requestKey });
      invariant(written !== undefined, "a key that is taken has its note");
      if (written.note !== input.note) {
        throw new DomainError(
          "IDEMPOTENCY_KEY_REUSED",
          "This key wrote another note. Use a new one.",
        );
      }
      const { requestKey: _, ...same } = written;
      return same;
    }
    await recordAuditEvent(ctx, tx, {
      action: "transaction.noted",
      subjectKind: "transaction",
      subjectId: found.id,
      details: { noteId: note.id },
    });
    return note;
  });
}
