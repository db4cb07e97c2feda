import {
  findReplay,
  finishReplay,
  renewSettledEvent,
} from "@revio-wallet/db/sql/provider-event-replays";
import { findProviderEvent } from "@revio-wallet/db/sql/provider-events";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import { invariant } from "../errors.ts";
import type { JobPayloads } from "../jobs.ts";
import { prepareEvent } from "./apply-provider-event.ts";
import type { RevioContext } from "./revio-context.ts";

/**
 * Processes an event again, as an operator asked: reads its object back from Revio and acts on that as on any news. What is
 * booked already stays as it is. Throws while Revio cannot be asked, so that the job is tried again. Runs twice, or beside
 * itself, with one effect and one record of what it came to.
 */
export async function replayProviderEvent(
  ctx: RevioContext,
  payload: JobPayloads["provider-event.replay"],
): Promise<void> {
  const replay = await findReplay(ctx.pool, payload.replayId);
  if (replay === undefined || replay.finishedAt !== null) return;
  const stored = await findProviderEvent(ctx.pool, replay.providerEventId);
  invariant(stored !== undefined, `the event of replay ${replay.id} is there`);
  const act = await prepareEvent(ctx, stored);
  await withTransaction(
    ctx.pool,
    async (tx) => {
      const { state, outcome, transactionId } = await act(tx);
      const finishedAt = ctx.clock.now();
      if (!(await finishReplay(tx, { id: replay.id, state, outcome, finishedAt }))) return;
      const settled = { id: stored.id, state, outcome, transactionId, settledAt: finishedAt };
      const renewed = await renewSettledEvent(tx, settled);
      await recordAuditEvent(ctx, tx, {
        action: "provider_event.replayed",
        subjectKind: "provider_event",
        subjectId: stored.id,
        details: {
          replayId: replay.id,
          fromState: replay.stateBefore,
          toState: state,
          fromOutcome: replay.outcomeBefore,
          toOutcome: outcome,
          renewed,
        },
      });
    },
    { lockTimeoutMs: 10_000 },
  );
}
