/** One of our transactions that a line of a statement may be about, and why. */
export interface MatchCandidate {
  transactionId: string;
  /** id: Revio's id is one of ours. reference: ours. amount_and_time: same kind, currency and amount, made at about that time. */
  by: "id" | "reference" | "amount_and_time";
  /** Between the making of our transaction and the movement. */
  minutesApart: number;
}

/** Which of our transactions a line is about, and how sure that is, of 100. */
export type LineMatch =
  | { method: MatchCandidate["by"]; score: number; transactionId: string }
  | { method: "ambiguous" | "none"; score: 0; transactionId: null };

/** A match that may be acted upon; one by amount and time is a hint for people. */
export function isCertain(
  match: LineMatch,
): match is Extract<LineMatch, { transactionId: string }> {
  return match.method === "id" || match.method === "reference";
}

const none: LineMatch = { method: "none", score: 0, transactionId: null };
const ambiguous: LineMatch = { method: "ambiguous", score: 0, transactionId: null };

/**
 * Revio's id first (100), then our reference (90), then amount and time (70, less one a minute apart, never less than 40). Two
 * of a kind, or an id and a reference that name different transactions, match nothing: a guess would be worth less than a
 * question to a person. A match by amount and time is a hint for that person; nothing is ever booked on it.
 */
export function matchStatementLine(candidates: readonly MatchCandidate[]): LineMatch {
  const named = (by: MatchCandidate["by"]) => [
    ...new Set(candidates.filter((one) => one.by === by).map((one) => one.transactionId)),
  ];
  const byId = named("id");
  const byReference = named("reference");
  const certain = new Set([...byId, ...byReference]);
  if (certain.size > 1) return ambiguous;
  const [transactionId] = certain;
  if (transactionId !== undefined) {
    return byId.length === 1
      ? { method: "id", score: 100, transactionId }
      : { method: "reference", score: 90, transactionId };
  }
  const [guess, other] = named("amount_and_time");
  if (guess === undefined) return none;
  if (other !== undefined) return ambiguous;
  const minutes = Math.min(
    ...candidates
      .filter((one) => one.transactionId === guess)
      .map((one) => Math.abs(one.minutesApart)),
  );
  const score = Math.max(70 - Math.floor(minutes), 40);
  return { method: "amount_and_time", score, transactionId: guess };
}
