import { findOperatorNames } from "@revio-wallet/db/sql/operator-names";
import { readTimeline, type TimelineRow } from "@revio-wallet/db/sql/transaction-timeline";
import { findTransaction } from "@revio-wallet/db/sql/transactions";
import { withSnapshot } from "@revio-wallet/db/with-snapshot";
import type { Context } from "../context.ts";
import { notFound } from "../errors.ts";
import { requireOperator } from "../operator/require-operator.ts";
import { wordsOf } from "./timeline-words.ts";

export interface TimelineEntry extends Omit<
  TimelineRow,
  "actorKind" | "actorId" | "noun" | "nounId"
> {
  /** For people, in one line. */
  words: string;
  actor: { kind: TimelineRow["actorKind"]; id: string | null; name: string | null };
  /** The record itself. */
  link: { noun: string; id: string } | null;
}

/**
 * Everything that happened to a transaction in one list: requests, statuses, journal entries, calls to the provider and its
 * events, jobs, approvals, breaks, what operators did and wrote. Oldest first, cause before effect, each committed effect once.
 *
 * @throws DomainError FORBIDDEN, NOT_FOUND
 */
export async function readTransactionTimeline(
  ctx: Pick<Context, "pool" | "actor">,
  input: { transactionId: string },
): Promise<TimelineEntry[]> {
  return withSnapshot(
    ctx.pool,
    async (db) => {
      await requireOperator(ctx, db, "transactions.view");
      if ((await findTransaction(db, input.transactionId)) === undefined) {
        throw notFound("transaction");
      }
      const rows = await readTimeline(db, input.transactionId);
      const operators = rows.flatMap(({ actorKind, actorId }) =>
        actorKind === "operator" && actorId !== null ? [actorId] : [],
      );
      const names = await findOperatorNames(db, operators);
      return rows.map(({ actorKind, actorId, noun, nounId, ...row }) => ({
        ...row,
        words: wordsOf(row),
        actor: { kind: actorKind, id: actorId, name: names.get(actorId ?? "") ?? null },
        link: noun === null || nounId === null ? null : { noun, id: nounId },
      }));
    },
    { timeoutSeconds: 15 },
  );
}
