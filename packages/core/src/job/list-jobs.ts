import { findJobs, type JobFilterState } from "@revio-wallet/db/sql/jobs";
import type { Context } from "../context.ts";
import { DomainError } from "../errors.ts";
import type { JobName } from "../jobs.ts";
import { requireOperator } from "../operator/require-operator.ts";
import type { Page } from "../transaction/page-cursor.ts";
import { type Job, toJob } from "./job.ts";

/** To the microsecond, as the queue keeps it: jobs of one statement differ by less than a millisecond. */
const place =
  /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z) ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/**
 * One page of a queue's jobs, newest first.
 *
 * @throws DomainError FORBIDDEN, INVALID_INPUT for a cursor that is not ours
 */
export async function listJobs(
  ctx: Pick<Context, "pool" | "actor" | "clock">,
  input: {
    queue: JobName;
    state: JobFilterState;
    cursor?: string | undefined;
    /** 1 to 100. */
    limit: number;
  },
): Promise<Page<Job>> {
  await requireOperator(ctx, ctx.pool, "queues.view");
  const { queue, state, cursor, limit } = input;
  const rows = await findJobs(ctx.pool, {
    queue,
    state,
    now: ctx.clock.now(),
    after: cursor === undefined ? undefined : parsePlace(cursor),
    limit: limit + 1,
  });
  const items = rows.slice(0, limit);
  const last = rows.length > limit ? items.at(-1) : undefined;
  return {
    items: items.map(toJob),
    nextCursor:
      last === undefined ? null : Buffer.from(`${last.place} ${last.id}`).toString("base64url"),
  };
}

function parsePlace(cursor: string): { place: string; id: string } {
  const [, at, id] = place.exec(Buffer.from(cursor, "base64url").toString()) ?? [];
  if (at === undefined || id === undefined || Number.isNaN(Date.parse(at))) {
    throw new DomainError(
      "INVALID_INPUT",
      "The cursor is not one of ours. Start from the first page.",
    );
  }
  return { place: at, id };
}
