import {
  insertSuspensePayment,
  lockSuspensePayment,
  type SuspensePaymentRow,
  updateSuspensePayment,
} from "@revio-wallet/db/sql/suspense-payments";
import type { Tx } from "@revio-wallet/db/with-transaction";
import type { Purchase } from "@revio-wallet/revio-client/purchase";
import { heldOf } from "../approval/suspense-release.ts";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import type { Context } from "../context.ts";
import type { JournalEntry } from "../ledger/journal-entry.ts";
import { postJournalEntry } from "../ledger/post-journal-entries.ts";
import { paymentReceivedInSuspense } from "../ledger/posting-rules/payment-received-in-suspense.ts";
import {
  suspenseReleased,
  suspenseRestored,
  suspenseReturned,
} from "../ledger/posting-rules/suspense-returned.ts";
import { type Currency, isCurrency } from "../money.ts";
import { nextLookAt } from "./next-look.ts";
import { isChargedBack } from "./purchase-statuses.ts";

export interface Held {
  /** What is in suspense now, minor units. */
  heldMinor: bigint;
  /** This reading changed that. */
  changed: boolean;
  reason: SuspensePaymentRow["reason"];
}

/**
 * Books money that Revio has received by a purchase as just read back, and that must not be credited: into suspense, once
 * per purchase, and out again as far as the payer got it back. The same reading again changes nothing. Undefined if no
 * money came in that we could book: none at all, or of a currency that we hold no accounts in.
 */
export async function holdInSuspense(
  ctx: Context,
  tx: Tx,
  input: {
    purchase: Purchase;
    /** The deposit that it names; undefined for an unknown purchase. */
    transactionId: string | undefined;
    reason: SuspensePaymentRow["reason"];
  },
): Promise<Held | undefined> {
  const { purchase, transactionId, reason } = input;
  const { payment } = purchase;
  if (payment === null || payment.isOutgoing || purchase.markedAsPaid) return undefined;
  if (payment.feeMinor < 0n || payment.feeMinor > payment.amountMinor) return undefined;
  if (payment.amountMinor <= 0n || !isCurrency(payment.currency)) return undefined;
  const now = ctx.clock.now();
  const isNew = await insertSuspensePayment(tx, {
    purchaseId: purchase.id,
    transactionId: transactionId ?? null,
    reason,
    amountMinor: payment.amountMinor,
    providerFeeMinor: payment.feeMinor,
    currency: payment.currency,
    heldAt: now,
    nextLookAt: nextLookAt({ since: now, isPaid: true }, now),
  });
  const row = await lockSuspensePayment(tx, purchase.id);
  if (row === undefined || row.releasedAt !== null) return undefined;
  if (isNew) {
    await post(
      ctx,
      tx,
      row,
      paymentReceivedInSuspense({
        ...subjectOf(row),
        amountMinor: row.amountMinor,
        providerFeeMinor: row.providerFeeMinor,
        occurredAt: payment.paidOn ?? purchase.updatedOn,
      }),
    );
  }
  const after = await returnToPayer(ctx, tx, row, purchase);
  return {
    heldMinor: heldOf(after),
    changed: isNew || after.changes !== row.changes,
    reason: row.reason,
  };
}

/** Takes a purchase out of suspense, if it is there: it has just been credited, or is about to be. */
export async function releaseFromSuspense(ctx: Context, tx: Tx, purchase: Purchase): Promise<void> {
  const row = await lockSuspensePayment(tx, purchase.id);
  if (row === undefined || row.releasedAt !== null) return;
  const heldMinor = heldOf(row);
  // All of it went back, and Revio took no fee: there is nothing left to take out.
  const isEmpty = heldMinor === 0n && row.providerFeeMinor === 0n;
  const changes = isEmpty ? row.changes : row.changes + 1;
  if (!isEmpty) {
    const { providerFeeMinor } = row;
    const change = { ...subjectOf(row), change: changes, occurredAt: purchase.updatedOn };
    await post(ctx, tx, row, suspenseReleased({ ...change, heldMinor, providerFeeMinor }));
  }
  await updateSuspensePayment(tx, { ...row, changes, releasedAt: ctx.clock.now() });
}

/** Refunds and chargebacks of held money: what Revio says has gone back, less what we have booked of it. */
async function returnToPayer(
  ctx: Context,
  tx: Tx,
  row: SuspensePaymentRow,
  purchase: Purchase,
): Promise<SuspensePaymentRow> {
  const isStale = purchase.statusHistory.length < row.statusHistoryLength;
  // Another amount than the one we booked: Revio contradicts itself, and nothing can be derived from that.
  if (isStale || purchase.payment?.amountMinor !== row.amountMinor) return row;
  const after: SuspensePaymentRow = {
    ...row,
    ...takenBackOf(row, purchase),
    statusHistoryLength: purchase.statusHistory.length,
  };
  const returnedMinor = heldOf(row) - heldOf(after);
  if (returnedMinor !== 0n) after.changes = row.changes + 1;
  const change = { ...subjectOf(row), change: after.changes, occurredAt: purchase.updatedOn };
  if (returnedMinor > 0n) {
    await post(ctx, tx, row, suspenseReturned({ ...change, amountMinor: returnedMinor }));
  } else if (returnedMinor < 0n) {
    await post(ctx, tx, row, suspenseRestored({ ...change, amountMinor: -returnedMinor }));
  }
  await updateSuspensePayment(tx, after);
  return after;
}

/** What the payer has got back as Revio shows it now; refunds never become less. */
export function takenBackOf(
  row: SuspensePaymentRow,
  purchase: Purchase,
): Pick<SuspensePaymentRow, "chargedBack" | "refundedMinor"> {
  const refunded = row.amountMinor - purchase.refundableAmountMinor;
  const isRefund =
    purchase.status === "refunded" && refunded > row.refundedMinor && refunded <= row.amountMinor;
  return {
    chargedBack: isChargedBack(purchase.status),
    refundedMinor: isRefund ? refunded : row.refundedMinor,
  };
}

async function post(
  ctx: Context,
  tx: Tx,
  row: SuspensePaymentRow,
  entry: JournalEntry,
): Promise<void> {
  await postJournalEntry(ctx, tx, entry);
  await recordAuditEvent(ctx, tx, {
    action: entry.event,
    subjectKind: "purchase",
    subjectId: row.purchaseId,
    details: { reason: row.reason, transactionId: row.transactionId, entryKey: entry.key },
  });
}

function subjectOf({ purchaseId, transactionId, currency }: SuspensePaymentRow) {
  return {
    purchaseId,
    transactionId: transactionId ?? undefined,
    currency: currency as Currency,
  };
}
