import { StatementUnreadable } from "./csv-rows.ts";

const decimal = /^(-?)(\d{1,15})(?:\.(\d{1,8}))?$/;

/**
 * "1250", "1250.5", "1250.00" or "1250.0000" in minor units. Digits only: no float ever holds it, nothing is rounded, and
 * a fraction of a minor unit is refused.
 *
 * @throws StatementUnreadable
 */
export function parseDecimal(text: string, exponent = 2): bigint {
  const [, sign = "", whole = "", fraction = ""] = decimal.exec(text) ?? [];
  if (whole === "") throw new StatementUnreadable("an amount that is no plain decimal");
  if (!/^0*$/.test(fraction.slice(exponent))) {
    throw new StatementUnreadable("an amount with a fraction of a minor unit");
  }
  const minor = BigInt(whole + fraction.slice(0, exponent).padEnd(exponent, "0"));
  return sign === "-" ? -minor : minor;
}
