import type { Queryable } from "../pool.ts";

/** A line of the audit trail, as a hint that something changed. */
export interface AuditAnnouncement {
  xid: bigint;
  sequence: bigint;
  subjectKind: string;
  subjectId: string;
}

/** A line of the record of deliveries. */
export interface DeliveryAnnouncement {
  xid: bigint;
  id: bigint;
  providerEventId: string | null;
}

/** Database transactions below this are over: what they wrote cannot be overtaken any more. */
const settled = "created_xid < pg_snapshot_xmin(pg_current_snapshot())";

/** Audit events behind (xid, sequence), in the order of the database transactions that wrote them. */
export async function readAuditAnnouncements(
  db: Queryable,
  page: { xid: bigint; sequence: bigint; limit: number },
): Promise<AuditAnnouncement[]> {
  const { rows } = await db.query<AuditAnnouncement>(
    `SELECT created_xid::text::bigint AS xid, sequence, subject_kind AS "subjectKind", subject_id AS "subjectId"
     FROM audit_events WHERE (created_xid, sequence) > ($1::text::xid8, $2::bigint) AND ${settled}
     ORDER BY created_xid, sequence LIMIT $3`,
    [page.xid.toString(), page.sequence, page.limit],
  );
  return rows;
}

/** Place of the newest audit event that readAuditAnnouncements would give. */
export async function readAuditEnd(db: Queryable): Promise<{ xid: bigint; sequence: bigint }> {
  const { rows } = await db.query<{ xid: bigint; sequence: bigint }>(
    `SELECT created_xid::text::bigint AS xid, sequence FROM audit_events WHERE ${settled} ORDER BY created_xid DESC, sequence DESC LIMIT 1`,
  );
  return rows[0] ?? { xid: 0n, sequence: 0n };
}

/** Deliveries behind (xid, id), in the same order. */
export async function readDeliveryAnnouncements(
  db: Queryable,
  page: { xid: bigint; id: bigint; limit: number },
): Promise<DeliveryAnnouncement[]> {
  const { rows } = await db.query<DeliveryAnnouncement>(
    `SELECT created_xid::text::bigint AS xid, id, provider_event_id AS "providerEventId"
     FROM provider_deliveries WHERE (created_xid, id) > ($1::text::xid8, $2::bigint) AND ${settled}
     ORDER BY created_xid, id LIMIT $3`,
    [page.xid.toString(), page.id, page.limit],
  );
  return rows;
}

/** Place of the newest delivery that readDeliveryAnnouncements would give. */
export async function readDeliveryEnd(db: Queryable): Promise<{ xid: bigint; id: bigint }> {
  const { rows } = await db.query<{ xid: bigint; id: bigint }>(
    `SELECT created_xid::text::bigint AS xid, id FROM provider_deliveries WHERE ${settled} ORDER BY created_xid DESC, id DESC LIMIT 1`,
  );
  return rows[0] ?? { xid: 0n, id: 0n };
}

/** Queues in which a job died after a moment (microseconds since 1970), with the newest such moment. */
export async function readDeathAnnouncements(
  db: Queryable,
  afterMicros: bigint,
): Promise<{ queue: string; micros: bigint }[]> {
  const { rows } = await db.query<{ queue: string; micros: bigint }>(
    `SELECT left(q.name, -5) AS queue, epoch_micros(n.created_on)::bigint AS micros
     FROM pgboss.queue q CROSS JOIN LATERAL (
       SELECT j.created_on FROM pgboss.job j WHERE j.name = q.name AND j.created_on > to_timestamp(0) + $1::bigint * interval '1 microsecond'
       ORDER BY j.created_on DESC LIMIT 1
     ) n WHERE q.name LIKE '%.dead'`,
    [afterMicros],
  );
  return rows;
}
