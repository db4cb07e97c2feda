import type { BreakClass } from "@revio-wallet/db/sql/breaks";
import { findOpenBreaksOfSource } from "@revio-wallet/db/sql/reconciliation-facts";
import type { Tx } from "@revio-wallet/db/with-transaction";
import type { Context } from "../context.ts";
import { isCurrency } from "../money.ts";
import type { Difference } from "./classify-break.ts";
import { openBreak } from "./open-break.ts";
import { resolveBreaks } from "./resolve-breaks.ts";

/** Which comparison found something: one does not end what another has found. */
export type ComparisonSource = "objects" | "statement" | "float" | "accounts";

const openedBy = "reconciliation";

/** What a comparison has found about a subject; no difference: it agrees. */
export interface Comparison {
  subject: string;
  source: ComparisonSource;
  transactionId?: string | undefined;
  difference: Difference | undefined;
  /** More for people: ids, statuses, scores. No personal data. */
  details?: Record<string, string | number | boolean | null>;
}

/**
 * Opens the break of a difference, once, and ends those that the same comparison had found about the subject and that are
 * not so any more. Returns true if there is a difference.
 */
export async function settleComparison(
  ctx: Pick<Context, "actor" | "clock" | "ids" | "requestId">,
  tx: Tx,
  { subject, source, transactionId, difference, details }: Comparison,
): Promise<boolean> {
  const open = await findOpenBreaksOfSource(tx, { subjects: [subject], source });
  const over = open
    .map((one) => one.class as BreakClass)
    .filter((one) => one !== difference?.class);
  if (over.length > 0) {
    await resolveBreaks(ctx, tx, { subject, classes: over, openedBy, resolution: "match" });
  }
  if (difference === undefined) return false;
  const { expected, found, ...rest } = difference;
  await openBreak(ctx, tx, {
    ...rest,
    subject,
    transactionId,
    atStake: rest.atStake && known(rest.atStake),
    evidence: { source, expected, found, ...details },
    openedBy,
  });
  return true;
}

/** An amount in a currency that we keep no accounts in is told in words only. */
function known(amount: { amountMinor: bigint; currency: string }) {
  return isCurrency(amount.currency) ? amount : undefined;
}

/** Ends what a comparison had found about subjects that agree now. */
export async function endComparisons(
  ctx: Pick<Context, "actor" | "clock" | "requestId">,
  tx: Tx,
  input: { subjects: readonly string[]; source: ComparisonSource },
): Promise<void> {
  if (input.subjects.length === 0) return;
  for (const { subject, class: found } of await findOpenBreaksOfSource(tx, input)) {
    await resolveBreaks(ctx, tx, {
      subject,
      classes: [found as BreakClass],
      openedBy,
      resolution: "match",
    });
  }
}
