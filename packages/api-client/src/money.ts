import type { Currency } from "./generated/contract.ts";

export type { Currency };

/** An amount in minor units (cents). Never a `number`: floats lose cents. */
export interface Money {
  amountMinor: bigint;
  currency: Currency;
}

/** What a 64-bit column holds; the API refuses more. */
const mostMinor = 2n ** 63n - 1n;

/** Digits after the decimal sign (ISO 4217). */
const exponents: { readonly [Code in Currency]: number } = { ZAR: 2 };

/** What people write before an amount. */
const symbols: { readonly [Code in Currency]: string } = { ZAR: "R|ZAR" };

/**
 * "R 1 250,00" as the user's language writes it. The digits come from the bigint, so every cent of any amount is right.
 */
export function formatMoney({ amountMinor, currency }: Money, locale = "en-ZA"): string {
  const unit = 10n ** BigInt(exponents[currency]);
  const cents = amountMinor < 0n ? -amountMinor : amountMinor;
  const fraction = (cents % unit).toString().padStart(exponents[currency], "0");
  const major = cents / unit;
  // There is no negative zero among bigints: -R 0.50 borrows the sign of -1.
  const sample = amountMinor < 0n ? -(major === 0n ? 1n : major) : major;
  const parts = new Intl.NumberFormat(locale, {
    style: "currency",
    currency,
    minimumFractionDigits: exponents[currency],
    maximumFractionDigits: exponents[currency],
    numberingSystem: "latn",
  }).formatToParts(sample);
  return parts
    .map(({ type, value }) => {
      if (type === "fraction") return fraction;
      return type === "integer" && major === 0n ? "0" : value;
    })
    .join("");
}

/**
 * Reads what a user typed: "1250", "1 250,00", "R1,250.00". `undefined` for anything that could mean two amounts or none:
 * "1,2", "1.250", "12 50", signs, more digits than the currency has. So "1,250" is a thousand, and never one rand and a bit.
 */
export function parseMoney(text: string, currency: Currency = "ZAR"): Money | undefined {
  const space = "[ \\u00a0\\u202f]";
  const digits = `\\d{${exponents[currency]}}`;
  const pattern = new RegExp(
    `^(?:(?:${symbols[currency]})${space}?)?` +
      `(?:(?<spaced>\\d{1,3}(?:${space}\\d{3})+|\\d+)(?:[.,](?<cents>${digits}))?` +
      `|(?<commas>\\d{1,3}(?:,\\d{3})+)(?:\\.(?<rest>${digits}))?)$`,
    "i",
  );
  const groups = pattern.exec(text.trim())?.groups;
  const major = (groups?.["spaced"] ?? groups?.["commas"])?.replace(/\D/g, "");
  if (major === undefined || /^0\d/.test(major)) return undefined;
  const fraction = groups?.["cents"] ?? groups?.["rest"] ?? "".padEnd(exponents[currency], "0");
  const amountMinor = BigInt(major + fraction);
  return amountMinor > mostMinor ? undefined : { amountMinor, currency };
}
