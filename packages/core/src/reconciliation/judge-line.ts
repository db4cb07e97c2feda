import type { BookedTransactionRow } from "@revio-wallet/db/sql/reconciliation-facts";
import type { MatchableLineRow } from "@revio-wallet/db/sql/statement-matching";
import { classifyBreak, type Difference } from "./classify-break.ts";

/** What a line of a statement is: money of an object itself, taken back from the payer's side, or sent back by a bank. */
export type LineKind = "movement" | "taken_back" | "sent_back" | "total" | "unknown";

const kinds: Record<string, LineKind> = {
  purchase: "movement",
  payout: "movement",
  refund: "taken_back",
  chargeback: "taken_back",
  chargeback_reversal: "taken_back",
  payout_return: "sent_back",
  refund_reversal: "sent_back",
  total: "total",
};

export function kindOfLine({ product }: { product: string }): LineKind {
  return Object.hasOwn(kinds, product) ? (kinds[product] ?? "unknown") : "unknown";
}

/** The purchase or payout that a line is about. */
export function ownerOfLine(line: { product: string; objectId: string; relatedTo: string }): {
  object: "purchase" | "payout";
  objectId: string;
} {
  const isPayout = line.product === "payout" || kindOfLine(line) === "sent_back";
  return {
    object: isPayout ? "payout" : "purchase",
    objectId: line.relatedTo === "" ? line.objectId : line.relatedTo,
  };
}

/** What a break about the line is filed under. Each movement of an object has a subject of its own. */
export function subjectOfLine(line: MatchableLineRow): string {
  if (kindOfLine(line) === "movement") {
    const { object, objectId } = ownerOfLine(line);
    return `${object}:${objectId}`;
  }
  const noun = kindOfLine(line) === "unknown" ? "provider_object" : line.product;
  return `${noun}:${line.objectId}`;
}

/**
 * What a line and the ledger disagree on. `ours` is what the line was matched to for certain; the normal path may not yet
 * have acted on the object, so that this is a suspicion until it has.
 */
export function judgeLine(
  line: MatchableLineRow,
  ours: BookedTransactionRow | undefined,
): Difference | undefined {
  switch (kindOfLine(line)) {
    case "movement":
      return judgeMovement(line, ours);
    case "taken_back":
      return judgeTakenBack(line, ours);
    case "sent_back":
      return judgeSentBack(line, ours);
    case "total":
      return undefined;
    default:
      return difference(line, "unknown_object", "warning", "a product that we know", line.product);
  }
}

function judgeMovement(line: MatchableLineRow, ours: BookedTransactionRow | undefined) {
  const settledBy = ours?.settledObjectId ?? null;
  const isOther = settledBy !== null && settledBy !== ownerOfLine(line).objectId;
  return classifyBreak({ ...line, moved: true, isSecond: line.isSecond || isOther }, ours);
}

/**
 * Sums, not lines: two refunds that came close together are one transaction of ours, and refunds of which we heard only
 * after a dispute of the rest are part of that.
 */
function judgeTakenBack(
  line: MatchableLineRow,
  ours: BookedTransactionRow | undefined,
): Difference | undefined {
  const found = `${line.product} ${line.amountMinor} ${line.currency}`;
  if (ours === undefined) {
    return difference(line, "missing_in_ledger", "critical", "a deposit", found);
  }
  if (line.isSecond) {
    return difference(line, "duplicate_at_provider", "critical", "once", `again, ${found}`);
  }
  const theirs = line.refundsMinor + line.chargebacksMinor;
  const booked = ours.refundedMinor + ours.chargedBackMinor;
  if (theirs <= booked) return undefined;
  const kind = booked === 0n ? "missing_in_ledger" : "amount_mismatch";
  return difference(line, kind, "critical", `${booked} ${ours.currency}`, `${theirs} in all`);
}

function judgeSentBack(
  line: MatchableLineRow,
  ours: BookedTransactionRow | undefined,
): Difference | undefined {
  const found = `${line.product} ${line.amountMinor} ${line.currency}`;
  if (ours === undefined) {
    return difference(line, "missing_in_ledger", "critical", "a withdrawal", found);
  }
  if (line.currency !== ours.currency) {
    return difference(line, "currency_mismatch", "critical", ours.currency, found);
  }
  if (line.amountMinor !== ours.amountMinor || line.returnsMinor > ours.amountMinor) {
    const expected = `${ours.amountMinor} ${ours.currency}`;
    return difference(line, "amount_mismatch", "critical", expected, `${found} in all`);
  }
  if (ours.returnedMinor === line.amountMinor) return undefined;
  return difference(line, "status_mismatch", "critical", ours.status, found);
}

function difference(
  line: MatchableLineRow,
  kind: Difference["class"],
  severity: Difference["severity"],
  expected: string,
  found: string,
): Difference {
  const amountMinor = line.amountMinor < 0n ? -line.amountMinor : line.amountMinor;
  const atStake = { amountMinor, currency: line.currency };
  return { class: kind, severity, atStake, expected, found };
}
