/** `125000n` (cents) as "R 1 250.00", the way South Africans write it. */
export function formatRand(amountMinor: bigint): string {
  const cents = amountMinor < 0n ? -amountMinor : amountMinor;
  const rand = (cents / 100n).toString().replace(/\B(?=(\d{3})+$)/g, " ");
  const rest = (cents % 100n).toString().padStart(2, "0");
  return `${amountMinor < 0n ? "-" : ""}R ${rand}.${rest}`;
}
