import { lockSuspensePayment, updateSuspensePayment } from "@revio-wallet/db/sql/suspense-payments";
import type { Tx } from "@revio-wallet/db/with-transaction";
import type { Purchase } from "@revio-wallet/revio-client/purchase";
import { heldOf } from "../approval/suspense-release.ts";
import { type Effect, ignored, parked } from "./effect.ts";
import { takenBackOf } from "./hold-in-suspense.ts";

/** What acting on a purchase says whose money two operators have released, and of which nothing has gone back since. */
export const released = "suspense.released";

/**
 * Acts on a paid purchase whose money two operators have taken out of suspense: it is somebody's now, so nothing is
 * credited for it again, and what the payer gets back is nobody's but a person's to book. Undefined for any other.
 */
export async function onReleasedPayment(tx: Tx, purchase: Purchase): Promise<Effect | undefined> {
  const row = await lockSuspensePayment(tx, purchase.id);
  if (row === undefined || row.releasedBy === null) return undefined;
  const transactionId = row.transactionId ?? undefined;
  if (purchase.statusHistory.length < row.statusHistoryLength) {
    return ignored("stale", transactionId);
  }
  await updateSuspensePayment(tx, { ...row, statusHistoryLength: purchase.statusHistory.length });
  const { payment } = purchase;
  // Another amount than the one that was released: what two operators have decided on was not so.
  if (payment?.amountMinor !== row.amountMinor || payment.currency !== row.currency) {
    return parked("deposit.amount_mismatch", transactionId);
  }
  const returnedMinor = heldOf(row) - heldOf({ ...row, ...takenBackOf(row, purchase) });
  return returnedMinor === 0n
    ? ignored(released, transactionId)
    : parked("returned_after_release", transactionId, returnedMinor);
}
