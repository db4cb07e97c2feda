/** Whole division of non-negative or negative integers, halves away from zero. */
function divideHalfUp(numerator: bigint, denominator: bigint): bigint {
  const doubled = (numerator < 0n ? -numerator : numerator) * 2n;
  const rounded = (doubled + denominator) / (denominator * 2n);
  return numerator < 0n ? -rounded : rounded;
}

/** Wire integers must survive JSON: anything beyond 2^53 is refused, never rounded. */
export function toWire(amountMinor: bigint): number {
  const number = Number(amountMinor);
  if (!Number.isSafeInteger(number)) throw new RangeError("amount does not fit a JSON integer");
  return number;
}

/** Acquirer fee: `basisPoints` of the amount, rounded half up, plus a fixed part. */
export function feeOf(amountMinor: bigint, basisPoints: number, fixedMinor: number): bigint {
  return divideHalfUp(amountMinor * BigInt(basisPoints), 10_000n) + BigInt(fixedMinor);
}

/** "1.5" with four places is 15000n. The text must be a plain non-negative decimal. */
export function scaledDecimal(text: string, places: number): bigint {
  const [whole = "0", fraction = ""] = text.split(".");
  return BigInt(whole + fraction.padEnd(places, "0").slice(0, places));
}

/** Prints a scaled integer again: 15000n with four places is "1.5000". */
export function printDecimal(scaled: bigint, places: number): string {
  const sign = scaled < 0n ? "-" : "";
  const digits = String(scaled < 0n ? -scaled : scaled).padStart(places + 1, "0");
  if (places === 0) return sign + digits;
  return `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

export interface LineAmounts {
  priceMinor: bigint;
  quantityScaled: bigint;
  discountMinor: bigint;
  taxPercentScaled: bigint;
  totalOverrideMinor: bigint | null;
}

/**
 * Line total: `(price × quantity − discount) × (1 + tax_percent / 100)`, rounded half up once per
 * line. Quantity carries four decimals, tax percent two.
 */
export function lineTotal(line: LineAmounts): { subtotalIsNegative: boolean; totalMinor: bigint } {
  const subtotalScaled = line.priceMinor * line.quantityScaled - line.discountMinor * 10_000n;
  const computed = divideHalfUp(subtotalScaled * (10_000n + line.taxPercentScaled), 100_000_000n);
  return {
    subtotalIsNegative: subtotalScaled < 0n,
    totalMinor: line.totalOverrideMinor ?? computed,
  };
}

/** For people: "R 1 250.00", and "USD 10.00" for other currencies. */
export function displayAmount(amountMinor: bigint | number, currency: string): string {
  const scaled = BigInt(amountMinor);
  const sign = scaled < 0n ? "-" : "";
  const [whole = "0", cents = "00"] = printDecimal(scaled < 0n ? -scaled : scaled, 2).split(".");
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, "\u00a0");
  return `${sign}${currency === "ZAR" ? "R" : currency}\u00a0${grouped}.${cents}`;
}
