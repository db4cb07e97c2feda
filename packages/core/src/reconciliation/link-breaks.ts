import {
  hasOpenProposal,
  hasOtherOpenBreak,
  insertBreakMatch,
  linkBreak,
} from "@revio-wallet/db/sql/break-matches";
import { lockBreak } from "@revio-wallet/db/sql/break-queue";
import type { BreakRow } from "@revio-wallet/db/sql/breaks";
import { readBookedTransactions } from "@revio-wallet/db/sql/reconciliation-facts";
import { findSuspensePayment } from "@revio-wallet/db/sql/suspense-payments";
import type { Tx } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import type { Context } from "../context.ts";
import { DomainError, notFound } from "../errors.ts";
import { runIdempotently } from "../idempotency/run-idempotently.ts";
import { type Currency, formatMoney } from "../money.ts";
import { requireOperator } from "../operator/require-operator.ts";
import { mayLink } from "./break-actions.ts";
import { changedMeanwhile, checkVersion } from "./changed-meanwhile.ts";
import { bookedFactsOf } from "./settle-comparison.ts";

export interface LinkRequest {
  /** One or many of either side, with the version that was seen. */
  breaks: readonly { breakId: string; version: number }[];
  reason: string;
  /** UUID that stands for this one link. */
  idempotencyKey: string;
}

export interface BreakLink {
  matchId: string;
  /** Of either side, minor units. */
  amountMinor: bigint;
  currency: string;
  linked: number;
}

/**
 * Says that what only Revio has is what only the ledger has: all of these breaks end together, and nothing is posted. Only where both sides
 * come out even to the cent, in one currency and one direction. What differs needs a correction that two operators make.
 *
 * @throws DomainError FORBIDDEN, NOT_FOUND, WRONG_STATE if one is resolved, was changed meanwhile, has an open proposal, is in suspense or has
 *   another open break,
 *   INVALID_INPUT if they do not fit, IDEMPOTENCY_KEY_REUSED
 */
export async function linkBreaks(ctx: Context, input: LinkRequest): Promise<BreakLink> {
  await requireOperator(ctx, ctx.pool, "breaks.link");
  const { idempotencyKey, ...request } = input;
  const named = { operation: "break.link", key: idempotencyKey, input: request };
  const work = async (tx: Tx) => {
    await requireOperator(ctx, tx, "breaks.link");
    const breaks = await lockAll(tx, input);
    const { amountMinor, currency } = evenSides(breaks);
    for (const found of breaks) await refuseInSuspense(tx, found);
    if (
      await hasOpenProposal(
        tx,
        breaks.map(({ id }) => id),
      )
    ) {
      throw new DomainError("WRONG_STATE", "A proposal about one of these waits for a decision.");
    }
    // An unknown payment goes into suspense by itself after a day: linked as well, it would be in the ledger twice.
    if (await hasOtherOpenBreak(tx, breaks)) {
      throw new DomainError(
        "WRONG_STATE",
        "Another break about one of these is open: settle it first.",
      );
    }
    const at = ctx.clock.now();
    const matchId = ctx.ids.uuid(at);
    await insertBreakMatch(tx, {
      id: matchId,
      matchedBy: ctx.actor.id,
      reason: input.reason,
      amountMinor,
      currency,
      matchedAt: at,
    });
    for (const { id, transactionId } of breaks) {
      // What our side says from now on: a comparison that finds the same two sides again finds nothing new.
      const [ours] = await readBookedTransactions(
        tx,
        transactionId === null ? [] : [transactionId],
      );
      await linkBreak(tx, { id, matchId, at, evidence: { booked: bookedFactsOf(ours) } });
      await recordAuditEvent(ctx, tx, {
        action: "break.resolved",
        subjectKind: "break",
        subjectId: id,
        details: { resolution: "linked", matchId, reason: input.reason },
      });
    }
    const output = { matchId, amountMinor, currency, linked: breaks.length };
    return { output, transactionId: undefined };
  };
  return (await runIdempotently(ctx, named, work)).output;
}

/** In the order of their ids: two operators who choose some of the same wait for each other, and never both for ever. */
async function lockAll(tx: Tx, { breaks }: LinkRequest): Promise<BreakRow[]> {
  const wanted = new Map(breaks.map(({ breakId, version }) => [breakId, version]));
  const found: BreakRow[] = [];
  for (const id of [...wanted.keys()].toSorted()) {
    const row = await lockBreak(tx, id);
    if (row === undefined) throw notFound("break");
    if (row.state !== "open") {
      const told = await changedMeanwhile(tx, id);
      throw new DomainError("WRONG_STATE", `One of these breaks is resolved. ${told}`);
    }
    await checkVersion(tx, row, wanted.get(id));
    found.push(row);
  }
  return found;
}

/** What either side comes to, if it is the same. */
function evenSides(breaks: readonly BreakRow[]): { amountMinor: bigint; currency: string } {
  if (!breaks.every(mayLink)) {
    throw new DomainError(
      "INVALID_INPUT",
      "Only what the ledger misses and what Revio misses can be linked.",
    );
  }
  const [currency, other] = new Set(breaks.map((one) => one.currency));
  const [direction, opposite] = new Set(breaks.map(directionOf));
  if (typeof currency !== "string" || other !== undefined) {
    throw new DomainError("INVALID_INPUT", "They are not of one currency.");
  }
  if (direction === undefined || opposite !== undefined) {
    throw new DomainError("INVALID_INPUT", "Money in is not money out: link them apart.");
  }
  const sum = (name: BreakRow["class"]) =>
    breaks.reduce((total, one) => total + (one.class === name ? (one.amountMinor ?? 0n) : 0n), 0n);
  const [theirs, ours] = [sum("missing_in_ledger"), sum("missing_at_provider")];
  if (theirs === 0n || theirs !== ours) {
    const money = (amountMinor: bigint) =>
      formatMoney({ amountMinor, currency: currency as Currency });
    throw new DomainError(
      "INVALID_INPUT",
      `Revio's side is ${money(theirs)}, the ledger's ${money(ours)}: they must be the same.`,
    );
  }
  return { amountMinor: theirs, currency };
}

/** Which way the money went; undefined where a link says nothing sure. */
function directionOf({ subject, evidence }: BreakRow): "in" | "out" | undefined {
  const event = evidence["event"];
  if (subject.startsWith("purchase:") || event === "deposit.completed") return "in";
  if (subject.startsWith("payout:") || event === "withdrawal.completed") return "out";
  return undefined;
}

/** What is in suspense is in the ledger: a link would count it twice. */
async function refuseInSuspense(tx: Tx, { subject }: BreakRow): Promise<void> {
  const purchaseId = /^purchase:([0-9a-f-]{36})$/.exec(subject)?.[1];
  if (purchaseId === undefined || (await findSuspensePayment(tx, purchaseId)) === undefined) return;
  throw new DomainError("WRONG_STATE", "This payment is in suspense: take it out from there.");
}
