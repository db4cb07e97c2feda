import { type BreakClass, type BreakRow, resolveOpenBreaks } from "@revio-wallet/db/sql/breaks";
import type { Tx } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import type { Context } from "../context.ts";

/**
 * Ends the open breaks of a subject. `provider_evidence` and `match` need no operator: what was different agrees now, by
 * the normal path. `adjustment` and `decision` name the approval of two operators, and the database looks it up.
 */
export async function resolveBreaks(
  ctx: Pick<Context, "actor" | "clock" | "requestId">,
  tx: Tx,
  input: {
    subject: string;
    classes: readonly BreakClass[];
    /** Only breaks that this one opened; left out: whoever did. */
    openedBy?: BreakRow["openedBy"];
    resolution: NonNullable<BreakRow["resolution"]>;
    approvalId?: string;
    journalEntryId?: string;
    /** What is added to the evidence. */
    evidence?: BreakRow["evidence"];
  },
): Promise<void> {
  const ids = await resolveOpenBreaks(tx, { ...input, at: ctx.clock.now() });
  for (const id of ids) {
    await recordAuditEvent(ctx, tx, {
      action: "break.resolved",
      subjectKind: "break",
      subjectId: id,
      details: {
        resolution: input.resolution,
        approvalId: input.approvalId ?? null,
        journalEntryId: input.journalEntryId ?? null,
      },
    });
  }
}
