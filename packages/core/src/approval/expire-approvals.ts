import { expireApprovals as expire } from "@revio-wallet/db/sql/approvals";
import type { Tx } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import type { Context } from "../context.ts";

/** Approvals ended in one run; the rest waits for the next. */
const batch = 500;

/**
 * Ends requests that nobody decided in time, or the one that somebody is about to look at. A decision after that time is
 * refused, whether this has run or not. It is time that ends them, whoever notices.
 */
export async function expireApprovals(
  ctx: Context,
  tx: Tx,
  which: { id?: string; breakId?: string | undefined } = {},
): Promise<void> {
  const actor = { kind: "system", id: "approval.expire" } as const;
  for (const id of await expire(tx, { ...which, at: ctx.clock.now(), limit: batch })) {
    await recordAuditEvent({ ...ctx, actor }, tx, {
      action: "approval.expired",
      subjectKind: "approval",
      subjectId: id,
    });
  }
}
