import type { Purchase } from "@revio-wallet/revio-client/purchase";
import { isChargedBack } from "./purchase-statuses.ts";

/** What the payer of a paid purchase has back, as far as one reading of it tells. */
export interface TakenBack {
  /** The payer's bank has the money at present. Undefined while a refund is on its way that hides it. */
  isChargedBack: boolean | undefined;
  /** All refunds so far, in minor units. Undefined where this reading does not tell. */
  refundedMinor: bigint | undefined;
}

/**
 * Refunds are told by the history, never by the present word alone: a later word (settled, paid again after a dispute that was
 * won) takes its place. Their sum is what was paid less what may still be refunded, where that can be relied on: not while
 * the bank has the money, not while another refund is on its way, and not when Revio lets nothing be refunded any more.
 */
export function readTakenBack(purchase: Purchase, paidMinor: bigint): TakenBack {
  const { status, statusHistory, refundableAmountMinor } = purchase;
  if (isChargedBack(status)) return { isChargedBack: true, refundedMinor: undefined };
  const isRefunded = status === "refunded";
  if (!isRefunded && statusHistory.every((past) => past.status !== "refunded")) {
    return { isChargedBack: false, refundedMinor: 0n };
  }
  if (status === "pending_refund") return { isChargedBack: undefined, refundedMinor: undefined };
  const isTold = isRefunded || refundableAmountMinor > 0n;
  return {
    isChargedBack: false,
    refundedMinor: isTold ? paidMinor - refundableAmountMinor : undefined,
  };
}
