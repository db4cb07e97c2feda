import type { Queryable } from "../pool.ts";
import type { Tx } from "../with-transaction.ts";
import type { BreakRow } from "./breaks.ts";
import type { ChainHead } from "./hash-chain.ts";

export interface IntegrityCheckRow {
  name: string;
  cursor: string[] | null;
  round: bigint;
  roundStartedAt: Date | null;
  roundFindings: number;
  roundComplete: boolean;
  lastStepAt: Date | null;
  lastPassStartedAt: Date | null;
  lastFullPassAt: Date | null;
  lastPassFindings: number | null;
}

const columns = `name, cursor, round, round_started_at AS "roundStartedAt", round_findings AS "roundFindings", round_complete AS "roundComplete",
  last_step_at AS "lastStepAt", last_pass_started_at AS "lastPassStartedAt", last_full_pass_at AS "lastFullPassAt",
  last_pass_findings AS "lastPassFindings"`;

export async function readIntegrityChecks(db: Queryable): Promise<IntegrityCheckRow[]> {
  const { rows } = await db.query<IntegrityCheckRow>(
    `SELECT ${columns} FROM integrity_checks ORDER BY name`,
  );
  return rows;
}

/** One check's row, made if it is new. */
export async function readIntegrityCheck(
  db: Queryable,
  name: string,
): Promise<IntegrityCheckRow | undefined> {
  await db.query("INSERT INTO integrity_checks (name) VALUES ($1) ON CONFLICT DO NOTHING", [name]);
  const { rows } = await db.query<IntegrityCheckRow>(
    `SELECT ${columns} FROM integrity_checks WHERE name = $1`,
    [name],
  );
  return rows[0];
}

/**
 * Records a step, and the end of a round if it was the last one. False if another worker took a step since `row` was
 * read: its step stands, and this one is repeated later.
 */
export async function saveIntegrityStep(
  tx: Tx,
  row: IntegrityCheckRow,
  step: {
    cursor: string[] | null;
    isLast: boolean;
    findings: number;
    cut: boolean;
    startedAt: Date;
  },
): Promise<boolean> {
  const startedAt = row.roundStartedAt ?? step.startedAt;
  const findings = row.roundFindings + step.findings;
  const complete = row.roundComplete && !step.cut;
  const passed = step.isLast && complete;
  const { rowCount } = await tx.query(
    `UPDATE integrity_checks SET cursor = $4, round = round + CASE WHEN $5 THEN 1 ELSE 0 END,
       round_started_at = CASE WHEN $5 THEN NULL ELSE $6::timestamptz END, round_findings = CASE WHEN $5 THEN 0 ELSE $7::integer END,
       round_complete = $5 OR $8, last_step_at = $9,
       last_pass_started_at = CASE WHEN $10 THEN $6 ELSE last_pass_started_at END,
       last_full_pass_at = CASE WHEN $10 THEN $9 ELSE last_full_pass_at END,
       last_pass_findings = CASE WHEN $10 THEN $7 ELSE last_pass_findings END
     WHERE name = $1 AND round = $2 AND cursor IS NOT DISTINCT FROM $3::jsonb`,
    [
      row.name,
      row.round,
      row.cursor === null ? null : JSON.stringify(row.cursor),
      step.isLast || step.cursor === null ? null : JSON.stringify(step.cursor),
      step.isLast,
      startedAt,
      findings,
      complete,
      step.startedAt,
      passed,
    ],
  );
  return rowCount === 1;
}

/** Records a pass through everything at once; the round under way goes on. */
export async function saveIntegrityPass(
  tx: Tx,
  pass: { name: string; startedAt: Date; endedAt: Date; findings: number },
): Promise<void> {
  await tx.query(
    `INSERT INTO integrity_checks (name, last_pass_started_at, last_full_pass_at, last_pass_findings) VALUES ($1, $2, $3, $4)
     ON CONFLICT (name) DO UPDATE SET last_pass_started_at = excluded.last_pass_started_at,
       last_full_pass_at = excluded.last_full_pass_at, last_pass_findings = excluded.last_pass_findings
     WHERE integrity_checks.last_pass_started_at IS NULL OR integrity_checks.last_pass_started_at < excluded.last_pass_started_at`,
    [pass.name, pass.startedAt, pass.endedAt, pass.findings],
  );
}

/** Remembers the highest head seen: a chain that lost its end would look whole otherwise. */
export async function saveHighestHead(tx: Tx, row: { name: string } & ChainHead): Promise<void> {
  await tx.query(
    `UPDATE integrity_checks SET high_position = $2, high_hash = $3 WHERE name = $1 AND (high_position IS NULL OR high_position < $2)`,
    [row.name, row.position, row.chainHash],
  );
}

/** Breaks that the checker opened, and when each was last seen. */
export async function findOpenCheckerBreaks(
  db: Queryable,
): Promise<Pick<BreakRow, "class" | "subject" | "lastSeenAt">[]> {
  const { rows } = await db.query<Pick<BreakRow, "class" | "subject" | "lastSeenAt">>(
    `SELECT class, subject, last_seen_at AS "lastSeenAt" FROM breaks WHERE state = 'open' AND opened_by = 'checker'`,
  );
  return rows;
}
