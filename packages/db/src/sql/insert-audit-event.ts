import type { Tx } from "../with-transaction.ts";

/** Appends to the audit log, in the database transaction of what it records. */
export async function insertAuditEvent(
  tx: Tx,
  row: {
    occurredAt: Date;
    actorKind: string;
    actorId: string;
    action: string;
    subjectKind: string;
    subjectId: string;
    details: object;
    requestId: string;
  },
): Promise<void> {
  await tx.query(
    `INSERT INTO audit_events (occurred_at, actor_kind, actor_id, action, subject_kind, subject_id, details, request_id)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      row.occurredAt,
      row.actorKind,
      row.actorId,
      row.action,
      row.subjectKind,
      row.subjectId,
      JSON.stringify(row.details),
      row.requestId,
    ],
  );
}
