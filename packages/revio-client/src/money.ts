import { z } from "zod";

const INTEGER_TEXT = /^-?(?:0|[1-9]\d{0,15})$/;

/** The largest amount that survives a JSON number: 2^53 - 1 minor units. */
export const MAX_AMOUNT_MINOR = BigInt(Number.MAX_SAFE_INTEGER);

/**
 * Minor units from the wire: a JSON integer or an integer string (Revio accepts and documents both).
 * Null for anything else: floats, exponents, unsafe integers, padded or signed-plus strings.
 */
export function parseWireAmount(value: unknown): bigint | null {
  if (typeof value === "number") return Number.isSafeInteger(value) ? BigInt(value) : null;
  if (typeof value !== "string" || !INTEGER_TEXT.test(value)) return null;
  const amount = BigInt(value);
  return amount > MAX_AMOUNT_MINOR || amount < -MAX_AMOUNT_MINOR ? null : amount;
}

/**
 * The JSON number for an amount in minor units.
 * @throws RangeError beyond 2^53 - 1, where a JSON number would be another amount
 */
export function toWireAmount(amountMinor: bigint): number {
  if (amountMinor > MAX_AMOUNT_MINOR || amountMinor < -MAX_AMOUNT_MINOR) {
    throw new RangeError(
      "The amount is too large for a JSON integer (above 2^53 - 1 minor units).",
    );
  }
  return Number(amountMinor);
}

/** Response schema: an amount that may be negative (balances, fees given back, net amounts). */
export const signedAmount = z.unknown().transform((value, context): bigint => {
  const amount = parseWireAmount(value);
  if (amount !== null) return amount;
  context.addIssue({ code: "custom", message: "must be an integer of minor units" });
  return z.NEVER;
});

/** Response schema: an amount that must not be negative. */
export const amount = signedAmount.refine((value) => value >= 0n, "must not be negative");

/** Request schema: an amount to be moved, so never zero. */
export const positiveAmountInput = z.bigint().positive().max(MAX_AMOUNT_MINOR);

/** Request schema: a price or discount, where zero is meaningful. */
export const amountInput = z.bigint().nonnegative().max(MAX_AMOUNT_MINOR);

/** ISO 4217. */
export const currencyCode = z.string().regex(/^[A-Z]{3}$/, "must be an ISO 4217 code");
