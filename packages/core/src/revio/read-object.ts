import type { Tx } from "@revio-wallet/db/with-transaction";
import { RevioContractViolation, RevioRejected } from "@revio-wallet/revio-client/errors";
import type { Payout } from "@revio-wallet/revio-client/payouts";
import type { Purchase } from "@revio-wallet/revio-client/purchase";
import type { Theirs } from "../reconciliation/classify-break.ts";
import type { Effect } from "./effect.ts";
import { onPayout } from "./on-payout.ts";
import { onPurchase } from "./on-purchase.ts";
import { isPaid } from "./purchase-statuses.ts";
import type { RevioContext } from "./revio-context.ts";
import { readTakenBack } from "./taken-back.ts";

/** Which of Revio's two objects. */
export type ObjectKind = "purchase" | "payout";

/** An object as just read, or why there is none to look at. */
export type ReadObject =
  | { kind: "purchase"; purchase: Purchase }
  | { kind: "payout"; payout: Payout }
  | { kind: "absent" }
  /** It answers, but not with what it should: another shape, mode or brand. */
  | { kind: "unreadable"; violation: string };

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Reads one object. An outage is thrown: the run goes on later from where it is. */
export async function readObject(
  ctx: RevioContext,
  kind: ObjectKind,
  id: string,
): Promise<ReadObject> {
  if (!uuid.test(id)) return { kind: "absent" };
  try {
    return kind === "purchase"
      ? { kind, purchase: await ctx.revio.purchases.get(id) }
      : { kind, payout: await ctx.revio.payouts.get(id) };
  } catch (error) {
    if (error instanceof RevioRejected && error.httpStatus === 404) return { kind: "absent" };
    // One poisoned object must not stop the reading of all others.
    if (error instanceof RevioContractViolation) {
      return { kind: "unreadable", violation: error.violation };
    }
    throw error;
  }
}

/** Provider evidence through the normal path: what a webhook about the object would have done. Undefined: nothing to act on. */
export async function actOnObject(
  ctx: RevioContext,
  tx: Tx,
  read: ReadObject,
): Promise<Effect | undefined> {
  if (read.kind === "purchase") return onPurchase(ctx, tx, read.purchase);
  if (read.kind === "payout") return onPayout(ctx, tx, read.payout);
  return undefined;
}

/** What an object says about money. */
export function toTheirs(read: ReadObject): Theirs | undefined {
  if (read.kind === "purchase") return purchaseSide(read.purchase);
  if (read.kind !== "payout") return undefined;
  const { status, payment } = read.payout;
  return {
    status,
    moved: status === "success",
    amountMinor: payment.amountMinor,
    feeMinor: payment.feeMinor,
    currency: payment.currency,
    isSecond: false,
  };
}

function purchaseSide(purchase: Purchase): Theirs {
  const { status, payment } = purchase;
  const holdsMoney = isPaid(status) && !purchase.markedAsPaid;
  const moved = holdsMoney && payment !== null && !payment.isOutgoing;
  const amountMinor = payment?.amountMinor ?? purchase.amountMinor;
  return {
    status: purchase.markedAsPaid ? `${status}, marked by hand` : status,
    moved,
    amountMinor,
    feeMinor: payment?.feeMinor ?? 0n,
    currency: payment?.currency ?? purchase.currency,
    isSecond: false,
    ...(moved ? readTakenBack(purchase, amountMinor) : {}),
  };
}
