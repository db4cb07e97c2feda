import { findLookBasis, updateNextLook } from "@revio-wallet/db/sql/purchase-looks";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import type { JobPayloads } from "../jobs.ts";
import { logParked, parked } from "./effect.ts";
import { nextLookAt } from "./next-look.ts";
import { announcersOf, noteMissedDeliveries } from "./note-missed-deliveries.ts";
import { onPurchase } from "./on-purchase.ts";
import { readBack } from "./read-back.ts";
import { recordVerdict } from "./record-verdict.ts";
import type { RevioContext } from "./revio-context.ts";

/**
 * Reads a purchase again that no open deposit is waiting for: one that was paid, since a refund or a dispute whose webhook
 * is lost is told by nothing else; one whose deposit ended without it, since it may be paid all the same; or one
 * that we know nothing of, since its money has to be booked somewhere in the end. Then says when it is read next. The sweeper makes the job from the tables, so none is lost and none piles up.
 */
export async function checkPurchase(
  ctx: RevioContext,
  payload: JobPayloads["purchase.check"],
): Promise<void> {
  const { purchaseId } = payload;
  const read = await readBack(ctx.revio.purchases.get(purchaseId));
  const effect = await withTransaction(
    ctx.pool,
    async (tx) => {
      const done =
        "verdict" in read
          ? await recordVerdict(ctx, tx, parked(read.verdict), { noun: "purchase", id: purchaseId })
          : await onPurchase(ctx, tx, read.value);
      const basis = await findLookBasis(tx, purchaseId);
      if (basis !== undefined) {
        const next = nextLookAt(basis, ctx.clock.now());
        await updateNextLook(tx, { purchaseId, nextLookAt: next });
      }
      return done;
    },
    { lockTimeoutMs: 10_000 },
  );
  logParked(ctx.log, effect);
  if (effect.state === "applied" && "value" in read) {
    await noteMissedDeliveries(ctx, announcersOf(read.value), effect.transactionId);
  }
}
