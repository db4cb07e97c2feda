import { lockBreak, updateBreakOwner } from "@revio-wallet/db/sql/break-queue";
import { findActiveOperatorRole } from "@revio-wallet/db/sql/find-active-operator";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import type { Context } from "../context.ts";
import { DomainError, notFound } from "../errors.ts";
import { requireOperator } from "../operator/require-operator.ts";
import { changedMeanwhile, checkVersion } from "./changed-meanwhile.ts";

/**
 * Says which operator looks after an open break; null gives it back to the queue. The same again changes nothing. With the version that was
 * seen, nothing that came after it is overwritten.
 *
 * @throws DomainError FORBIDDEN, NOT_FOUND (break, or no such active operator), WRONG_STATE if it is resolved, or changed meanwhile
 */
export async function assignBreak(
  ctx: Context,
  input: { breakId: string; ownerId: string | null; version?: number | undefined },
): Promise<void> {
  const { breakId, ownerId } = input;
  await withTransaction(ctx.pool, async (tx) => {
    await requireOperator(ctx, tx, "breaks.work");
    const found = await lockBreak(tx, breakId);
    if (found === undefined) throw notFound("break");
    if (ownerId !== null && (await findActiveOperatorRole(tx, ownerId)) === undefined) {
      throw notFound("operator");
    }
    if (found.state !== "open") {
      throw new DomainError(
        "WRONG_STATE",
        `This break is resolved. ${await changedMeanwhile(tx, breakId)}`,
      );
    }
    if (found.ownerId === ownerId) return;
    await checkVersion(tx, found, input.version);
    await updateBreakOwner(tx, { id: breakId, ownerId });
    await recordAuditEvent(ctx, tx, {
      action: "break.assigned",
      subjectKind: "break",
      subjectId: breakId,
      details: { from: found.ownerId, to: ownerId },
    });
  });
}
