import { findOpenCheckerBreaks, readIntegrityChecks } from "@revio-wallet/db/sql/integrity-checks";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import type { Context } from "../context.ts";
import { resolveBreaks } from "../reconciliation/resolve-breaks.ts";
import { breakClassOf, integrityChecks } from "./integrity-checks.ts";

/**
 * Ends breaks of the checker that agree again: every check of their class has since begun and finished a pass through
 * everything without seeing them. What was frozen or stopped stays so until an operator has looked.
 */
export async function resolveAgreed(
  ctx: Pick<Context, "pool" | "actor" | "clock" | "requestId">,
): Promise<void> {
  const breaks = await findOpenCheckerBreaks(ctx.pool);
  if (breaks.length === 0) return;
  const rows = await readIntegrityChecks(ctx.pool);
  const passStarted = new Map(rows.map((row) => [row.name, row.lastPassStartedAt]));
  for (const { class: breakClass, subject, lastSeenAt } of breaks) {
    const agrees = integrityChecks
      .filter((check) => breakClassOf[check] === breakClass)
      .every((check) => (passStarted.get(check)?.getTime() ?? 0) > lastSeenAt.getTime());
    if (!agrees) continue;
    await withTransaction(ctx.pool, (tx) =>
      resolveBreaks(ctx, tx, {
        subject,
        classes: [breakClass],
        resolution: "match",
      }),
    );
  }
}
