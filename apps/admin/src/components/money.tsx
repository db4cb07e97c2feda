import { formatMoney } from "@revio-wallet/api-client/money";
import { cn } from "../class-names.ts";

/** An amount of minor units; a minus in front of what is less than none. Copied, it is a plain decimal. */
export function Money({
  amountMinor,
  currency,
  className,
}: {
  amountMinor: bigint;
  currency: string;
  className?: string;
}) {
  return (
    <span className={cn("tabular whitespace-nowrap", className)}>
      {formatMoney({ amountMinor, currency: currency as "ZAR" })}
    </span>
  );
}

/** "1234567.50": what spreadsheets and other programs take. */
export function plainAmount(amountMinor: bigint): string {
  const cents = amountMinor < 0n ? -amountMinor : amountMinor;
  const sign = amountMinor < 0n ? "-" : "";
  return `${sign}${cents / 100n}.${(cents % 100n).toString().padStart(2, "0")}`;
}
