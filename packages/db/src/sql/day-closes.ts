import type { Queryable } from "../pool.ts";
import type { Tx } from "../with-transaction.ts";

export interface DayCloseRow {
  /** "2026-11-24" */
  businessOn: string;
  boundaryXid: string;
  chainPosition: bigint;
  certificate: object;
  sha256: Buffer;
  previousSha256: Buffer | null;
  signature: Buffer;
  keyId: string;
  closedAt: Date;
}

const columns = `business_on::text AS "businessOn", boundary_xid::text AS "boundaryXid", chain_position AS "chainPosition", certificate, sha256,
  previous_sha256 AS "previousSha256", signature, key_id AS "keyId", closed_at AS "closedAt"`;

/** One closes at a time. The figures read the whole ledger: they may take longer than a request. */
export async function lockDayCloses(tx: Tx): Promise<void> {
  await tx.query("SET LOCAL statement_timeout = '10min'");
  // Advisory lock class 6 (migration 20261125000600), number 4.
  await tx.query("SELECT pg_advisory_xact_lock((6::bigint << 56) | 4)");
}

/** The newest certificate up to a day, or of all. */
export async function readLastDayClose(
  db: Queryable,
  before?: string,
): Promise<DayCloseRow | undefined> {
  const { rows } = await db.query<DayCloseRow>(
    `SELECT ${columns} FROM day_closes WHERE $1::date IS NULL OR business_on < $1 ORDER BY business_on DESC LIMIT 1`,
    [before ?? null],
  );
  return rows[0];
}

export async function readDayClose(
  db: Queryable,
  businessOn: string,
): Promise<DayCloseRow | undefined> {
  const { rows } = await db.query<DayCloseRow>(
    `SELECT ${columns} FROM day_closes WHERE business_on = $1`,
    [businessOn],
  );
  return rows[0];
}

/** Certificates behind a day, in order. */
export async function listDayClosesAfter(
  db: Queryable,
  page: { after: string | null; limit: number },
): Promise<DayCloseRow[]> {
  const { rows } = await db.query<DayCloseRow>(
    `SELECT ${columns} FROM day_closes WHERE $1::date IS NULL OR business_on > $1 ORDER BY business_on LIMIT $2`,
    [page.after, page.limit],
  );
  return rows;
}

/** Certificates before a day, the newest first. */
export async function listDayClosesBefore(
  db: Queryable,
  page: { before: string | null; limit: number },
): Promise<DayCloseRow[]> {
  const { rows } = await db.query<DayCloseRow>(
    `SELECT ${columns} FROM day_closes WHERE $1::date IS NULL OR business_on < $1 ORDER BY business_on DESC LIMIT $2`,
    [page.before, page.limit],
  );
  return rows;
}

/** Every closed day's cut, in order, and whether entries of its stretch bear a time before the day. */
export async function listCuts(
  db: Queryable,
): Promise<{ businessOn: string; boundaryXid: string; hasLateEntries: boolean }[]> {
  const { rows } = await db.query<{
    businessOn: string;
    boundaryXid: string;
    hasLateEntries: boolean;
  }>(
    `SELECT business_on::text AS "businessOn", boundary_xid::text AS "boundaryXid",
            certificate ->> 'lateEntries' IS DISTINCT FROM '0' AS "hasLateEntries"
     FROM day_closes ORDER BY business_on`,
  );
  return rows;
}

export async function insertDayClose(tx: Tx, row: DayCloseRow): Promise<void> {
  await tx.query(
    `INSERT INTO day_closes (business_on, boundary_xid, chain_position, certificate, sha256, previous_sha256, signature, key_id, closed_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      row.businessOn,
      row.boundaryXid,
      row.chainPosition,
      JSON.stringify(row.certificate),
      row.sha256,
      row.previousSha256,
      row.signature,
      row.keyId,
      row.closedAt,
    ],
  );
}

/** When the first entry of the ledger was posted. */
export async function readFirstPostedAt(db: Queryable): Promise<Date | undefined> {
  const { rows } = await db.query<{ at: Date }>(
    `SELECT posted_at AS at FROM journal_entries ORDER BY posted_at LIMIT 1`,
  );
  return rows[0]?.at;
}

/**
 * Where a day ends among the database transactions: before the first that posted after it, or before all that run. `isFinal`
 * once everything below is over and chained, so that nothing there can change any more, and no entry of the day is left out
 * only because an older database transaction still runs somewhere on the server.
 */
export async function findCut(
  tx: Tx,
  day: { endsAt: Date; notBefore: string },
): Promise<{ boundaryXid: string; isFinal: boolean }> {
  const { rows } = await tx.query<{ boundaryXid: string; isFinal: boolean }>(
    `SELECT c.boundary::text AS "boundaryXid",
            c.boundary <= c.xmin AND (c.posted_after OR NOT EXISTS (
              SELECT 1 FROM journal_entries e WHERE e.created_xid >= c.boundary
            )) AND NOT EXISTS (
              SELECT 1 FROM journal_entries e LEFT JOIN chain_links l ON l.stream = 'journal' AND l.item_sequence = e.sequence
              WHERE e.created_xid >= $2::xid8 AND e.created_xid < c.boundary AND l.position IS NULL
            ) AND NOT EXISTS (
              SELECT 1 FROM audit_events a LEFT JOIN chain_links l ON l.stream = 'audit' AND l.item_sequence = a.sequence
              WHERE a.created_xid >= $2::xid8 AND a.created_xid < c.boundary AND l.position IS NULL
            ) AS "isFinal"
     FROM (
       SELECT s.xmin, s.first IS NOT NULL AS posted_after, greatest(coalesce(s.first, s.xmin), $2::xid8) AS boundary FROM (
         SELECT x.xmin, (
           -- By the time it was posted; by its number alone the whole journal might be read.
           SELECT e.created_xid FROM (SELECT created_xid FROM journal_entries WHERE posted_at >= $1 OFFSET 0) e ORDER BY e.created_xid LIMIT 1
         ) AS first
         FROM (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS xmin OFFSET 0) x
       ) s
     ) c`,
    [day.endsAt, day.notBefore],
  );
  const [cut] = rows;
  if (cut === undefined) throw new Error("a query without a table gives a row");
  return cut;
}

/** Hashes that were announced as the close of a day, in the audit trail. */
export async function readAnnouncedCloses(db: Queryable, businessOn: string): Promise<string[]> {
  const { rows } = await db.query<{ sha256: string }>(
    `SELECT details ->> 'sha256' AS sha256 FROM audit_events
     WHERE subject_kind = 'day' AND subject_id = $1 AND action = 'day.closed' ORDER BY sequence`,
    [businessOn],
  );
  return rows.map(({ sha256 }) => sha256);
}

/** Days that the audit trail says were closed, and that have no certificate. */
export async function findVanishedCloses(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ businessOn: string }>(
    `SELECT DISTINCT a.subject_id AS "businessOn" FROM audit_events a
     WHERE a.subject_kind = 'day' AND a.action = 'day.closed'
       AND NOT EXISTS (SELECT 1 FROM day_closes d WHERE d.business_on::text = a.subject_id)`,
  );
  return rows.map(({ businessOn }) => businessOn);
}
