/** ISO 4217 codes that the wallet keeps accounts in; the table `currencies` holds the same. */
export const currencies = ["ZAR"] as const;
export type Currency = (typeof currencies)[number];

/** An amount in minor units (cents). Never a float. */
export interface Money {
  amountMinor: bigint;
  currency: Currency;
}

/** Largest amount that a bigint column holds. */
export const maxAmountMinor = 2n ** 63n - 1n;

export function isCurrency(value: string): value is Currency {
  return (currencies as readonly string[]).includes(value);
}

/** Digits after the decimal point, per ISO 4217. */
const exponents: Record<Currency, number> = { ZAR: 2 };

/** "1250.00": for machines. */
export function decimalOf({ amountMinor, currency }: Money): string {
  const sign = amountMinor < 0n ? "-" : "";
  const digits = (amountMinor < 0n ? -amountMinor : amountMinor)
    .toString()
    .padStart(exponents[currency] + 1, "0");
  return `${sign}${digits.slice(0, -exponents[currency])}.${digits.slice(-exponents[currency])}`;
}

/** "R 1 250.00": for logs, messages and the demo; screens use Intl. */
export function formatMoney(money: Money): string {
  const [, sign = "", major = "", minor = ""] = /^(-?)(\d+)\.(\d+)$/.exec(decimalOf(money)) ?? [];
  const symbol = money.currency === "ZAR" ? "R" : money.currency;
  return `${sign}${symbol} ${major.replace(/\B(?=(\d{3})+$)/g, " ")}.${minor}`;
}
