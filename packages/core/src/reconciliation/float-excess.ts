interface Flight {
  /** Deposits that Revio may have and we have not booked. */
  incomingMinor: bigint;
  /** Withdrawals that Revio may have paid and we have not booked. */
  outgoingMinor: bigint;
}

const nothing: Flight = { incomingMinor: 0n, outgoingMinor: 0n };

/**
 * By how much Revio's figure lies outside what the ledger and the money under way allow; positive: Revio has more. The
 * ledger and the money under way were read before and after Revio was asked: the widest reading counts, so that no
 * booking between them looks like a difference.
 */
export function excessBeyondFlight(look: {
  providerMinor: bigint;
  ledgerMinor: readonly [bigint, bigint];
  inFlight: readonly [Flight | undefined, Flight | undefined];
}): bigint {
  const [before, after] = look.ledgerMinor;
  const [first = nothing, second = nothing] = look.inFlight;
  const least = smaller(before, after) - larger(first.outgoingMinor, second.outgoingMinor);
  const most = larger(before, after) + larger(first.incomingMinor, second.incomingMinor);
  if (look.providerMinor < least) return look.providerMinor - least;
  if (look.providerMinor > most) return look.providerMinor - most;
  return 0n;
}

/** What two looks have in common: the lesser of two differences in the same direction, else nothing. */
export function lasting(first: bigint, second: bigint): bigint {
  if (first > 0n && second > 0n) return smaller(first, second);
  if (first < 0n && second < 0n) return larger(first, second);
  return 0n;
}

function smaller(left: bigint, right: bigint): bigint {
  return left < right ? left : right;
}

function larger(left: bigint, right: bigint): bigint {
  return left > right ? left : right;
}
