import { deleteDeadLetters, lockDeadLetters } from "@revio-wallet/db/sql/dead-letters";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import type { Context } from "../context.ts";
import { DomainError, invariant } from "../errors.ts";
import type { JobName, JobPayloads } from "../jobs.ts";
import { requireOperator } from "../operator/require-operator.ts";

/** Rows locked in one database transaction, and jobs given back at once. */
export const redrivesAtOnce = 200;
/** Redriven jobs start one after the other, so that what broke once is not met by all of them in the same second. */
const paceMs = 250;

/**
 * Gives dead jobs of one queue another life: a fresh job with the same payload takes the place of each, in one database
 * transaction, with its tries unused. Dies in between: nothing has happened. Runs twice: the second finds none left.
 * Runs beside itself: each job is taken by one of them. What is redriven may be old: every handler looks at the tables
 * first.
 *
 * @returns how many; call again while there are more
 * @throws DomainError FORBIDDEN, NOT_FOUND if the one job is not among the dead (any more)
 */
export async function redriveDeadLetters(
  ctx: Context,
  input: {
    queue: JobName;
    /** Only of this cause. */
    cause?: string | undefined;
    /** Only this one, by the id of its dead letter. */
    jobId?: string | undefined;
    reason: string;
  },
): Promise<{ redriven: number }> {
  const { queue, cause, jobId, reason } = input;
  return withTransaction(ctx.pool, async (tx) => {
    await requireOperator(ctx, tx, "queues.redrive");
    const dead = await lockDeadLetters(tx, { queue, cause, jobId, limit: redrivesAtOnce });
    if (dead.length === 0) {
      if (jobId !== undefined) throw new DomainError("NOT_FOUND", "There is no such dead job.");
      return { redriven: 0 };
    }
    const from = ctx.clock.now().getTime();
    for (const [index, { payload }] of dead.entries()) {
      // As it died: the handler checks a payload before it uses it.
      await ctx.enqueue(tx, queue, payload as JobPayloads[JobName], {
        startAfter: new Date(from + index * paceMs),
      });
    }
    const gone = await deleteDeadLetters(tx, { queue, jobIds: dead.map(({ id }) => id) });
    invariant(gone === dead.length, "every redriven job leaves the dead letters");
    await recordAuditEvent(ctx, tx, {
      action: "dead_letters.redriven",
      subjectKind: "queue",
      subjectId: queue,
      details: { count: dead.length, cause: cause ?? null, jobId: jobId ?? null, reason },
    });
    return { redriven: dead.length };
  });
}
