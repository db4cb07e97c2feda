import type { FoundBreak } from "./open-break.ts";

/** A purchase or payout as Revio shows it, in an object read back or in a line of a statement. */
export interface Theirs {
  /** Revio's status word, for people. */
  status: string;
  /** Money really moved. */
  moved: boolean;
  amountMinor: bigint;
  feeMinor: bigint;
  currency: string;
  /** The same movement is there before this one: another purchase or payout of the transaction, or the line again. */
  isSecond: boolean;
  /** Given back to the payer so far; undefined where this source does not tell. */
  refundedMinor?: bigint | undefined;
  /** The payer's bank has the money at present; undefined where this source does not tell. */
  isChargedBack?: boolean | undefined;
}

/** Our transaction, and what the ledger has booked of it. */
export interface Ours {
  id: string;
  status: string;
  /** What it is about. */
  amountMinor: bigint;
  currency: string;
  /** Entries that booked it; more than one is one too many. */
  bookings: number;
  /** What passed through the float before Revio's fee, approved corrections included. */
  bookedMinor: bigint;
  bookedFeeMinor: bigint;
  refundedMinor: bigint;
  chargedBackMinor: bigint;
}

/** What is different, before somebody has said what it is about. */
export type Difference = Pick<FoundBreak, "class" | "severity" | "atStake"> & {
  expected: string;
  found: string;
};

/**
 * Names the difference between Revio's side and ours: the fault matrix in order, the graver first; undefined if they agree. An
 * absent side has nothing of it.
 */
export function classifyBreak(theirs: Theirs | undefined, ours: Ours | undefined) {
  return ours === undefined || ours.bookings === 0
    ? classifyUnbooked(theirs, ours)
    : classifyBooked(theirs, ours);
}

function classifyUnbooked(
  theirs: Theirs | undefined,
  ours: Ours | undefined,
): Difference | undefined {
  if (theirs?.moved !== true) return undefined;
  const { amountMinor, currency } = theirs;
  const atStake = { amountMinor: absolute(amountMinor), currency };
  const found = `${theirs.status} ${amountMinor} ${currency}`;
  if (theirs.isSecond) return secondMovement(theirs);
  // F101. A transaction that says it is done without an entry is the same thing.
  if (ours === undefined || ours.status === "completed") {
    const expected = ours === undefined ? "a transaction" : "a journal entry";
    return { class: "missing_in_ledger", severity: "critical", atStake, expected, found };
  }
  // F103 and F104 before anything was booked: that is why it was not.
  if (currency !== ours.currency) {
    const expected = ours.currency;
    return { class: "currency_mismatch", severity: "critical", atStake, expected, found };
  }
  if (amountMinor !== ours.amountMinor) {
    const expected = `${ours.amountMinor} ${ours.currency}`;
    return { class: "amount_mismatch", severity: "critical", atStake, expected, found };
  }
  // F107, one way: the normal path has tried to book it, and rightly has not.
  return { class: "status_mismatch", severity: "critical", atStake, expected: ours.status, found };
}

function classifyBooked(theirs: Theirs | undefined, ours: Ours): Difference | undefined {
  const booked = { amountMinor: absolute(ours.bookedMinor), currency: ours.currency };
  const expected = `${ours.bookedMinor} ${ours.currency}`;
  const critical = { severity: "critical", expected } as const;
  // F105: whatever Revio says, the ledger contradicts itself.
  if (ours.bookings > 1) {
    const found = `${ours.bookings} entries`;
    return { ...critical, class: "duplicate_in_ledger", atStake: booked, expected: "1", found };
  }
  // F102.
  if (theirs === undefined) {
    return { ...critical, class: "missing_at_provider", atStake: booked, found: "nothing" };
  }
  // F107, the other way.
  if (!theirs.moved) {
    return { ...critical, class: "status_mismatch", atStake: booked, found: theirs.status };
  }
  if (theirs.isSecond) return secondMovement(theirs);
  return classifyAmounts(theirs, ours);
}

/** F106. */
function secondMovement(theirs: Theirs): Difference {
  const { amountMinor, currency } = theirs;
  return {
    class: "duplicate_at_provider",
    severity: "critical",
    atStake: { amountMinor: absolute(amountMinor), currency },
    expected: "once",
    found: `again, ${theirs.status} ${amountMinor} ${currency}`,
  };
}

/** Both sides have it once. */
function classifyAmounts(theirs: Theirs, ours: Ours): Difference | undefined {
  const { currency } = ours;
  const differ = (
    kind: "amount_mismatch" | "fee_mismatch",
    severity: "critical" | "warning",
    ourMinor: bigint,
    theirMinor: bigint,
  ): Difference => ({
    class: kind,
    severity,
    atStake: { amountMinor: absolute(ourMinor - theirMinor), currency },
    expected: `${ourMinor} ${currency}`,
    found: `${theirMinor} ${currency}`,
  });
  // F104.
  if (theirs.currency !== currency) {
    return {
      class: "currency_mismatch",
      severity: "critical",
      atStake: { amountMinor: absolute(ours.bookedMinor), currency },
      expected: currency,
      found: theirs.currency,
    };
  }
  // F103: one cent is enough.
  if (theirs.amountMinor !== ours.bookedMinor) {
    return differ("amount_mismatch", "critical", ours.bookedMinor, theirs.amountMinor);
  }
  // Of what was refunded in full the bank can take nothing back, whatever the word says.
  const isAllRefunded = theirs.isChargedBack === true && ours.refundedMinor >= ours.bookedMinor;
  const weSay = ours.chargedBackMinor > 0n || isAllRefunded;
  if (theirs.isChargedBack !== undefined && theirs.isChargedBack !== weSay) {
    const word = (isSo: boolean) => (isSo ? "charged back" : "not charged back");
    return {
      class: "status_mismatch",
      severity: "critical",
      atStake: { amountMinor: absolute(ours.bookedMinor), currency },
      expected: word(weSay),
      found: word(theirs.isChargedBack),
    };
  }
  if (theirs.refundedMinor !== undefined && theirs.refundedMinor !== ours.refundedMinor) {
    return differ("amount_mismatch", "critical", ours.refundedMinor, theirs.refundedMinor);
  }
  // F109.
  if (theirs.feeMinor !== ours.bookedFeeMinor) {
    return differ("fee_mismatch", "warning", ours.bookedFeeMinor, theirs.feeMinor);
  }
  return undefined;
}

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}
