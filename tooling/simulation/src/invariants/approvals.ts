import { startMs } from "../base-context.ts";
import type { World } from "../world.ts";

interface AdjustmentRow {
  id: string;
  state: string;
  requestedBy: string;
  decidedBy: string | null;
  decidedAt: Date | null;
  expiresAt: Date;
  mayDecide: boolean;
  amountMinor: bigint;
  entries: bigint;
  /** What its entries moved, of what was proposed and between the two accounts that were named. */
  posted: string;
  isBreakOpen: boolean | null;
}

const adjustmentsSql = `
  SELECT a.id, a.state, a.requested_by AS "requestedBy", a.decided_by AS "decidedBy", a.decided_at AS "decidedAt", a.expires_at AS "expiresAt",
    a.amount_minor AS "amountMinor",
    EXISTS (SELECT 1 FROM operators o JOIN approval_rights r ON r.role = o.role AND r.kind = a.kind
      WHERE o.id = a.decided_by AND r.may_decide
        AND (a.state = 'rejected' OR r.max_amount_minor IS NULL OR a.amount_minor <= r.max_amount_minor)) AS "mayDecide",
    (SELECT count(*) FROM journal_entries e WHERE e.entry_key = 'adjustment.approved:' || a.id) AS entries,
    (SELECT coalesce(sum(p.amount_minor), 0) FROM journal_entries e JOIN postings p ON p.journal_entry_id = e.id
      JOIN ledger_accounts l ON l.id = p.ledger_account_id
      WHERE e.entry_key = 'adjustment.approved:' || a.id
        AND l.code = a.proposal ->> CASE p.direction WHEN 'debit' THEN 'debitAccount' ELSE 'creditAccount' END)::text AS posted,
    (SELECT b.state = 'open' FROM breaks b WHERE b.id = a.break_id) AS "isBreakOpen"
  FROM approvals a WHERE a.kind = 'adjustment' AND a.requested_at >= $1 ORDER BY a.requested_at, a.id`;

/** I16, and I7, I8 and I13 for corrections: who decided what, when, and what was posted for it. */
export async function checkApprovals(world: World): Promise<void> {
  const { database, violate } = world;
  const own = await database.superuser.query<{ id: string }>(
    "SELECT id FROM approvals WHERE decided_by = requested_by",
  );
  for (const { id } of own.rows) violate("I16", `approval ${id} was decided by who asked for it`);
  const { rows } = await database.superuser.query<AdjustmentRow>(adjustmentsSql, [
    new Date(startMs),
  ]);
  for (const row of rows) {
    checkDecider(world, row);
    checkPosting(world, row);
    checkAnswers(world, row);
    if (row.state === "requested") violate("I13", `adjustment ${row.id} is open for ever`);
    if (row.state === "expired") world.probes.sometimes("adjustment expired");
  }
}

function checkDecider({ absences, violate }: World, row: AdjustmentRow): void {
  const { id, decidedBy, decidedAt, expiresAt } = row;
  if (decidedBy === null || decidedAt === null) return;
  if (!row.mayDecide) violate("I16", `adjustment ${id} was decided by who may not`);
  const atMs = decidedAt.getTime();
  const isAbsent = absences.some(
    ({ operatorId, fromMs, toMs }) => operatorId === decidedBy && atMs > fromMs && atMs < toMs,
  );
  if (isAbsent) violate("I16", `adjustment ${id} was decided by an operator without any right`);
  if (row.state === "approved" && decidedAt >= expiresAt) {
    violate("I16", `adjustment ${id} was approved after its time`);
  }
}

/** Posted once, and just what was proposed, if and only if it is approved; then its break is resolved too. */
function checkPosting({ violate }: World, row: AdjustmentRow): void {
  const { id, state, amountMinor, entries, posted } = row;
  const wanted = state === "approved" ? 1n : 0n;
  if (entries !== wanted) violate("I8", `adjustment ${id} is ${state}, with ${entries} entries`);
  else if (BigInt(posted) !== wanted * amountMinor * 2n) {
    violate("I16", `adjustment ${id} is not what was approved`);
  }
  if (state === "approved" && row.isBreakOpen === true) {
    violate("I13", `adjustment ${id} is approved, and its break is open`);
  }
}

/** What operators were told about their decisions, against what is there. */
function checkAnswers({ decisions, violate }: World, { id, state }: AdjustmentRow): void {
  const about = decisions.filter(({ approvalId }) => approvalId === id);
  for (const { answer, decision } of about) {
    if (answer === "ok" && decision !== state) {
      violate("I7", `adjustment ${id} was ${decision}, and is ${state}`);
    }
  }
  const isDecided = state === "approved" || state === "rejected";
  if (isDecided && !about.some((one) => one.answer !== "fail" && one.decision === state)) {
    violate("I8", `adjustment ${id} is ${state}, and everybody was refused`);
  }
}
