import type { TransactionKind } from "./transaction-status.ts";

const prefixes: Record<TransactionKind, string> = {
  deposit: "DEP",
  withdrawal: "WDR",
  refund: "RFD",
  chargeback: "CHB",
  adjustment: "ADJ",
};

/** Crockford's base 32: no I, L, O, U, so that people can read it over the telephone. */
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/**
 * "DEP-7K3M-9QX2-PA4T": what Revio, the user and support call a transaction. The last 60 (random) bits of its id, so it
 * needs no counter and tells nothing about volume.
 */
export function transactionReference(kind: TransactionKind, id: string): string {
  let bits = BigInt(`0x${id.replaceAll("-", "").slice(-15)}`);
  let digits = "";
  for (let index = 0; index < 12; index++) {
    digits = alphabet[Number(bits & 31n)] + digits;
    bits >>= 5n;
  }
  return `${prefixes[kind]}-${digits.slice(0, 4)}-${digits.slice(4, 8)}-${digits.slice(8)}`;
}
