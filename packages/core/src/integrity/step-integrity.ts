import { type CheckStep, stepCheck } from "@revio-wallet/db/sql/check-definition";
import { type ChainStream, readChainHead } from "@revio-wallet/db/sql/hash-chain";
import {
  type IntegrityCheckRow,
  readIntegrityCheck,
  saveHighestHead,
  saveIntegrityStep,
} from "@revio-wallet/db/sql/integrity-checks";
import { withSnapshot } from "@revio-wallet/db/with-snapshot";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { checkDayCloses } from "../day-close/check-day-closes.ts";
import type { DayCloseContext } from "../day-close/day-close-context.ts";
import { invariant } from "../errors.ts";
import { type IntegrityCheck, sqlChecks, steppedChecks } from "./integrity-checks.ts";
import { integrityAlert, raiseFindings } from "./raise-finding.ts";
import { resolveAgreed } from "./resolve-agreed.ts";

/** Differences named per step; more than these are for the next round. */
const limit = 100;
/** Rows per step and check: every minute so many, a round of a million rows within a day. */
const stepRows = 1_000;
/** A certificate costs what its day has: a week a minute is a round of ten years within a day. */
const stepCertificates = 7;

export interface StepOptions {
  rows?: number;
}

/**
 * One step of every check: the next rows of each, on one snapshot per check, so that what is being posted meanwhile is
 * either wholly there or not at all. Differences become breaks and put the brake on. Any number of workers may run it; it
 * dies anywhere and goes on from the last committed cursor.
 *
 * @returns how many subjects differ
 * @throws AggregateError after the others have run, if some check could not
 */
export async function stepIntegrity(
  ctx: DayCloseContext,
  options: StepOptions = {},
): Promise<number> {
  let findings = 0;
  const errors: unknown[] = [];
  for (const check of steppedChecks) {
    try {
      findings += await stepOne(ctx, check, options);
    } catch (error) {
      // A check that cannot run must not keep the others from running.
      ctx.log.error({ alert: integrityAlert, check, error }, "integrity check cannot run");
      errors.push(error);
    }
  }
  await resolveAgreed(ctx);
  if (errors.length > 0) throw new AggregateError(errors, "integrity checks cannot run");
  return findings;
}

async function stepOne(
  ctx: DayCloseContext,
  check: IntegrityCheck,
  options: StepOptions,
): Promise<number> {
  const startedAt = ctx.clock.now();
  const row = await readIntegrityCheck(ctx.pool, check);
  invariant(row !== undefined, `the integrity check ${check} has a row`);
  const rows = options.rows ?? stepRows;
  const { step, head } = await withSnapshot(ctx.pool, async (db) => ({
    step:
      check === "day_closes"
        ? await checkDayCloses(ctx, db, { after: row.cursor, size: stepCertificates })
        : await stepCheck(db, sqlChecks[check], { after: row.cursor, size: rows, limit }),
    head: await headOf(db, check),
  }));
  // Breaks first: a crash before the cursor moves sees the same rows again, never one row less.
  const findings = await raiseFindings(ctx, check, step.differences);
  await saveStep(ctx, row, { step, findings, startedAt, head });
  return findings;
}

const streams: Partial<Record<IntegrityCheck, ChainStream>> = {
  journal_chain: "journal",
  audit_chain: "audit",
};

async function headOf(db: Parameters<typeof readChainHead>[0], check: IntegrityCheck) {
  const stream = streams[check];
  return stream === undefined ? undefined : readChainHead(db, stream);
}

async function saveStep(
  ctx: DayCloseContext,
  row: IntegrityCheckRow,
  taken: {
    step: CheckStep;
    findings: number;
    startedAt: Date;
    head: Awaited<ReturnType<typeof headOf>>;
  },
): Promise<void> {
  const { step, findings, startedAt, head } = taken;
  await withTransaction(ctx.pool, async (tx) => {
    await saveIntegrityStep(tx, row, {
      cursor: step.cursor,
      isLast: step.isLast,
      cut: step.differences.length >= limit,
      findings,
      startedAt,
    });
    if (head !== undefined && findings === 0)
      await saveHighestHead(tx, { name: row.name, ...head });
  });
}
