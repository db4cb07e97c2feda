import { houseAccount } from "../chart-of-accounts.ts";
import { credit, debit, type JournalEntry, journalEntry } from "../journal-entry.ts";
import type { SuspensePayment } from "./payment-received-in-suspense.ts";

interface SuspenseChange extends SuspensePayment {
  /** 1, 2, …: a payment can be refunded in parts, charged back, and come back. */
  change: number;
}

/** The payer got money back that was in suspense: out of suspense, never out of a user's balance. */
export function suspenseReturned(returned: SuspenseChange & { amountMinor: bigint }): JournalEntry {
  const { currency, amountMinor } = returned;
  return entryOf("suspense.returned", returned, [
    debit(houseAccount("suspense", currency), amountMinor),
    credit(houseAccount("revio_float", currency), amountMinor),
  ]);
}

/** A dispute about money in suspense was won: it is back. */
export function suspenseRestored(restored: SuspenseChange & { amountMinor: bigint }): JournalEntry {
  const { currency, amountMinor } = restored;
  return entryOf("suspense.restored", restored, [
    debit(houseAccount("revio_float", currency), amountMinor),
    credit(houseAccount("suspense", currency), amountMinor),
  ]);
}

/**
 * The payment is the deposit's after all: what is left of it leaves suspense, and Revio's fee with it, as if it had never
 * been there; the deposit's own entry takes it in.
 */
export function suspenseReleased(
  released: SuspenseChange & { heldMinor: bigint; providerFeeMinor: bigint },
): JournalEntry {
  const { currency, heldMinor, providerFeeMinor } = released;
  const floatMinor = heldMinor - providerFeeMinor;
  return entryOf("suspense.released", released, [
    debit(houseAccount("suspense", currency), heldMinor),
    credit(houseAccount("provider_fees", currency), providerFeeMinor),
    // More may have gone back to the payer than was left after the fee.
    floatMinor < 0n
      ? debit(houseAccount("revio_float", currency), -floatMinor)
      : credit(houseAccount("revio_float", currency), floatMinor),
  ]);
}

function entryOf(
  event: string,
  { purchaseId, change, transactionId, occurredAt }: SuspenseChange,
  postings: JournalEntry["postings"],
): JournalEntry {
  return journalEntry(event, `${purchaseId}:${change}`, {
    ...(transactionId === undefined ? {} : { transactionId }),
    occurredAt,
    postings,
  });
}
