import type { Currency } from "../../money.ts";
import { houseAccount } from "../chart-of-accounts.ts";
import { credit, debit, type JournalEntry, journalEntry } from "../journal-entry.ts";

/** Money that Revio received and that nobody may be credited with, as far as we can tell. */
export interface SuspensePayment {
  /** Whoever pays twice is held twice, but each payment once. */
  purchaseId: string;
  /** The deposit that the payment names, if it names one of ours. */
  transactionId: string | undefined;
  currency: Currency;
  occurredAt: Date;
}

/** The money is in our float, less Revio's fee; whose it is remains to be found out. No user's balance moves. */
export function paymentReceivedInSuspense(
  payment: SuspensePayment & { amountMinor: bigint; providerFeeMinor: bigint },
): JournalEntry {
  const { purchaseId, transactionId, currency, amountMinor, providerFeeMinor } = payment;
  return journalEntry("suspense.received", purchaseId, {
    ...(transactionId === undefined ? {} : { transactionId }),
    occurredAt: payment.occurredAt,
    postings: [
      debit(houseAccount("revio_float", currency), amountMinor - providerFeeMinor),
      debit(houseAccount("provider_fees", currency), providerFeeMinor),
      credit(houseAccount("suspense", currency), amountMinor),
    ],
  });
}
