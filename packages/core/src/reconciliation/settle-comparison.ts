import { type BreakClass, type BreakRow, isDecidedBreak } from "@revio-wallet/db/sql/breaks";
import {
  type BookedTransactionRow,
  findOpenBreaksOfSource,
} from "@revio-wallet/db/sql/reconciliation-facts";
import { insertRunBreak } from "@revio-wallet/db/sql/break-queue";
import type { Tx } from "@revio-wallet/db/with-transaction";
import type { Context } from "../context.ts";
import { isCurrency } from "../money.ts";
import type { Difference } from "./classify-break.ts";
import { openBreak } from "./open-break.ts";
import { resolveBreaks } from "./resolve-breaks.ts";

/** Which comparison found something: one does not end what another has found. */
export type ComparisonSource = "objects" | "statement" | "float" | "accounts";

const openedBy = "reconciliation";
/** What these find says all that there is of one object. Balances go on: the same drift again is another drift. */
const ofObjects: ReadonlySet<ComparisonSource> = new Set(["objects", "statement"]);

/** What a comparison has found about a subject; no difference: it agrees. */
export interface Comparison {
  subject: string;
  source: ComparisonSource;
  /** The run that compares: it will be known to have seen the break. */
  runId: string;
  /** The transaction that it is about, as it was compared. */
  ours?: BookedTransactionRow | undefined;
  /** What the normal path has just told the operators' queue of the same subject. */
  told?: BreakRow["evidence"] | undefined;
  difference: Difference | undefined;
  /** More for people: ids, statuses, scores. No personal data. */
  details?: Record<string, string | number | boolean | null>;
}

/**
 * Opens the break of a difference, once, and ends those that the same comparison had found about the subject and that are
 * not so any more. What two operators have adjusted does not come up again, until either side says something else. Returns
 * true if there is a difference for somebody to look at.
 */
export async function settleComparison(
  ctx: Pick<Context, "actor" | "clock" | "ids" | "requestId">,
  tx: Tx,
  { subject, source, runId, ours, told, details, ...compared }: Comparison,
): Promise<boolean> {
  const booked = bookedFactsOf(ours);
  const said = { found: compared.difference?.found ?? null };
  const facts = [said, ...(told === undefined ? [] : [told])].map((one) => ({ ...one, booked }));
  const isDecided =
    compared.difference !== undefined &&
    ofObjects.has(source) &&
    (await isDecidedBreak(tx, { class: compared.difference.class, subject, facts }));
  const difference = isDecided ? undefined : compared.difference;
  const open = await findOpenBreaksOfSource(tx, { subjects: [subject], source });
  const over = open
    .map((one) => one.class as BreakClass)
    .filter((one) => one !== difference?.class);
  if (over.length > 0) {
    await resolveBreaks(ctx, tx, { subject, classes: over, openedBy, resolution: "match" });
  }
  if (difference === undefined) return false;
  const { expected, found, ...rest } = difference;
  const breakId = await openBreak(ctx, tx, {
    ...rest,
    subject,
    transactionId: ours?.id,
    atStake: rest.atStake && known(rest.atStake),
    evidence: { source, expected, found, ...details },
    openedBy,
  });
  await insertRunBreak(tx, { runId, breakId });
  return true;
}

/** Our side of a comparison in one text, which differs if anything of it does; null where there is none. */
export function bookedFactsOf(ours: BookedTransactionRow | undefined): string | null {
  if (ours === undefined) return null;
  const { status, bookings, bookedMinor, bookedFeeMinor, returnedMinor } = ours;
  const takenBack = [returnedMinor, ours.refundedMinor, ours.chargedBackMinor];
  return [status, bookings, bookedMinor, bookedFeeMinor, ...takenBack].join(" ");
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
