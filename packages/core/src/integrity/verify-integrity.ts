import { type DifferenceRow, runCheck } from "@revio-wallet/db/sql/check-definition";
import { saveIntegrityPass } from "@revio-wallet/db/sql/integrity-checks";
import { withSnapshot } from "@revio-wallet/db/with-snapshot";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { checkAllDayCloses } from "../day-close/check-day-closes.ts";
import type { DayCloseContext } from "../day-close/day-close-context.ts";
import { type IntegrityCheck, integrityChecks, sqlChecks } from "./integrity-checks.ts";
import { raiseFindings } from "./raise-finding.ts";
import { resolveAgreed } from "./resolve-agreed.ts";

/** Differences named per check; a broken ledger would otherwise name every row. */
const limit = 1_000;

/**
 * Every check over everything, on one snapshot, once a night. What differs becomes a break and puts the brake on.
 *
 * @returns how many subjects differ
 */
export async function verifyIntegrity(ctx: DayCloseContext): Promise<number> {
  const startedAt = ctx.clock.now();
  const found = await withSnapshot(ctx.pool, async (db) => {
    const all: { check: IntegrityCheck; differences: DifferenceRow[] }[] = [];
    for (const check of integrityChecks) {
      const differences =
        check === "day_closes"
          ? await checkAllDayCloses(ctx, db)
          : await runCheck(db, sqlChecks[check], limit);
      all.push({ check, differences });
    }
    return all;
  });
  let total = 0;
  for (const { check, differences } of found) {
    const findings = await raiseFindings(ctx, check, differences);
    total += findings;
    // Cut short, it proves nothing about what it did not name.
    if (differences.length >= limit) continue;
    const endedAt = ctx.clock.now();
    await withTransaction(ctx.pool, (tx) =>
      saveIntegrityPass(tx, { name: check, startedAt, endedAt, findings }),
    );
  }
  await resolveAgreed(ctx);
  return total;
}
