import { expireProposals } from "@revio-wallet/db/sql/proposals";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import type { Context } from "../context.ts";

/** Approvals ended in one run; the rest waits for the next. */
const batch = 500;

/** Ends requests that nobody decided in time. A decision after that time is refused, whether this has run or not. */
export async function expireApprovals(ctx: Context): Promise<void> {
  await withTransaction(ctx.pool, async (tx) => {
    for (const id of await expireProposals(tx, { at: ctx.clock.now(), limit: batch })) {
      await recordAuditEvent(ctx, tx, {
        action: "approval.expired",
        subjectKind: "approval",
        subjectId: id,
      });
    }
  });
}
