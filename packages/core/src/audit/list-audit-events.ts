import { type AuditEventRow, findAuditEvents } from "@revio-wallet/db/sql/audit-lists";
import type { Context } from "../context.ts";
import { requireOperator } from "../operator/require-operator.ts";
import type { Page } from "../transaction/page-cursor.ts";
import { decodeSequenceCursor, toSequencePage } from "../transaction/sequence-cursor.ts";

/**
 * One page of the audit trail, newest first.
 *
 * @throws DomainError FORBIDDEN, INVALID_INPUT for a cursor that is not ours
 */
export async function listAuditEvents(
  ctx: Pick<Context, "pool" | "actor">,
  input: {
    actor?: { kind: AuditEventRow["actorKind"]; id?: string | undefined } | undefined;
    action?: string | undefined;
    subject?: { kind: string; id: string } | undefined;
    /** Inclusive. */
    from?: Date | undefined;
    /** Exclusive. */
    to?: Date | undefined;
    cursor?: string | undefined;
    /** 1 to 100. */
    limit: number;
  },
): Promise<Page<AuditEventRow>> {
  await requireOperator(ctx, ctx.pool, "audit.view");
  const { actor, action, subject, from, to, cursor, limit } = input;
  const place = cursor === undefined ? undefined : decodeSequenceCursor(cursor);
  const rows = await findAuditEvents(
    ctx.pool,
    {
      actorKind: actor?.kind,
      actorId: actor?.id,
      action,
      subjectKind: subject?.kind,
      subjectId: subject?.id,
      from,
      to,
    },
    { before: place?.sequence, limit: limit + 1 },
  );
  const placeOf = ({ occurredAt, sequence }: AuditEventRow) => ({ at: occurredAt, sequence });
  return toSequencePage(rows, limit, placeOf, (row) => row);
}
