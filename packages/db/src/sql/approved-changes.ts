import type { Queryable } from "../pool.ts";
import type { Tx } from "../with-transaction.ts";
import type { ChangedFields } from "./approvals.ts";

/** What can be changed of a target, as it is now; undefined: there is no such target. */
export async function readChangeTarget(
  db: Queryable,
  target: string,
): Promise<ChangedFields | undefined> {
  const { rows } = await db.query<{ now: ChangedFields | null }>(
    "SELECT read_change_target($1) AS now",
    [target],
  );
  return rows[0]?.now ?? undefined;
}

/**
 * Does what an approval says, once, in the database transaction that approved it: the database refuses one that stays behind.
 *
 * @throws DatabaseError 23514 approved_changes_since if the target is another than the checker saw, operators_two_administrators
 */
export async function applyApprovedChange(
  tx: Tx,
  change: { approvalId: string; at: Date },
): Promise<void> {
  await tx.query("SELECT apply_approved_change($1, $2)", [change.approvalId, change.at]);
}

/** One change that two persons made. */
export interface ApprovedChangeRow {
  approvalId: string;
  target: string;
  /** Counts the changes of its target. */
  version: number;
  before: ChangedFields;
  after: ChangedFields;
  changedAt: Date;
  requestedByName: string | null;
  decidedByName: string | null;
}

/** The latest changes of a target, newest first. */
export async function findApprovedChanges(
  db: Queryable,
  filter: { target: string; limit: number },
): Promise<ApprovedChangeRow[]> {
  const { rows } = await db.query<ApprovedChangeRow>(
    `SELECT c.approval_id AS "approvalId", c.target, c.version, c.before, c.after, c.changed_at AS "changedAt",
       m.display_name AS "requestedByName", d.display_name AS "decidedByName"
     FROM approved_changes c JOIN approvals a ON a.id = c.approval_id
     LEFT JOIN operators m ON m.id = a.requested_by LEFT JOIN operators d ON d.id = a.decided_by
     WHERE c.target = $1 ORDER BY c.version DESC LIMIT $2`,
    [filter.target, filter.limit],
  );
  return rows;
}
