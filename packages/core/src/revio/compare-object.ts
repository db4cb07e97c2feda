import {
  type BookedTransactionRow,
  readBookedTransactions,
} from "@revio-wallet/db/sql/reconciliation-facts";
import { findTransactionByReference } from "@revio-wallet/db/sql/transactions";
import { type Tx, withTransaction } from "@revio-wallet/db/with-transaction";
import { classifyBreak, type Difference } from "../reconciliation/classify-break.ts";
import { settleComparison } from "../reconciliation/settle-comparison.ts";
import { type Effect, logParked, toldOf } from "./effect.ts";
import {
  actOnObject,
  type ObjectKind,
  type ReadObject,
  readObject,
  toTheirs,
} from "./read-object.ts";
import { released } from "./on-released-payment.ts";
import type { RevioContext } from "./revio-context.ts";

/** An object may move between reading and comparing; then it is read again, so often. */
const reads = 3;

/** An object read and acted upon, in the database transaction that did so. */
export interface ActedOn {
  read: ReadObject;
  effect: Effect | undefined;
  ours: BookedTransactionRow | undefined;
}

/**
 * Reads an object, outside of any database transaction, and lets the normal path act on it; then `settle` compares what
 * is left, in the same database transaction. If somebody has seen a newer state meanwhile, all of it happens again.
 */
export async function withObject<Result>(
  ctx: RevioContext,
  input: { object: ObjectKind; objectId: string; transactionId: string | undefined },
  settle: (tx: Tx, acted: ActedOn) => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    const read = await readObject(ctx, input.object, input.objectId);
    const outcome = await withTransaction(
      ctx.pool,
      async (tx) => {
        const effect = await actOnObject(ctx, tx, read);
        if (effect?.outcome === "stale" && attempt < reads) return undefined;
        if (effect !== undefined) logParked(ctx.log, effect);
        const ours = await readOurs(tx, read, input.transactionId, effect);
        return { result: await settle(tx, { read, effect, ours }) };
      },
      { lockTimeoutMs: 10_000 },
    );
    if (outcome !== undefined) return outcome.result;
  }
}

/** Reads one object back and compares it with the ledger. Returns true if they differ. */
export async function compareObject(
  ctx: RevioContext,
  input: {
    runId: string;
    object: ObjectKind;
    objectId: string;
    transactionId: string | undefined;
  },
): Promise<boolean> {
  return withObject(ctx, input, (tx, { read, effect, ours }) =>
    settleComparison(ctx, tx, {
      subject: `${input.object}:${input.objectId}`,
      source: "objects",
      runId: input.runId,
      ours,
      told: toldOf(effect),
      difference:
        effect?.outcome === released ? undefined : differenceOfObject(read, input.objectId, ours),
      details: { outcome: effect?.outcome ?? read.kind },
    }),
  );
}

/** What we have booked of the object's transaction, as the normal path has left it. */
async function readOurs(
  tx: Tx,
  read: ReadObject,
  transactionId: string | undefined,
  effect: Effect | undefined,
): Promise<BookedTransactionRow | undefined> {
  const reference =
    read.kind === "purchase"
      ? read.purchase.reference
      : read.kind === "payout"
        ? read.payout.reference
        : undefined;
  const id =
    transactionId ??
    effect?.transactionId ??
    (reference === undefined ? undefined : (await findTransactionByReference(tx, reference))?.id);
  return id === undefined ? undefined : (await readBookedTransactions(tx, [id]))[0];
}

export function differenceOfObject(
  read: ReadObject,
  objectId: string,
  ours: BookedTransactionRow | undefined,
): Difference | undefined {
  if (read.kind === "unreadable") {
    return {
      class: "unknown_object",
      severity: "warning",
      atStake: undefined,
      expected: "an object of ours",
      found: read.violation,
    };
  }
  const theirs = toTheirs(read);
  const settledBy = ours?.settledObjectId ?? null;
  // Another attempt has settled it: this one must not have moved anything.
  if (settledBy !== null && settledBy !== objectId) {
    return theirs?.moved === true ? classifyBreak({ ...theirs, isSecond: true }, ours) : undefined;
  }
  return classifyBreak(theirs, ours);
}
