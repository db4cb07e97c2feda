import {
  type DecisionBlock,
  findListedApproval,
  type ListedApprovalRow,
} from "@revio-wallet/db/sql/approval-list";
import { findProposal } from "@revio-wallet/db/sql/approvals";
import { readChangeTarget } from "@revio-wallet/db/sql/approved-changes";
import { findBreak } from "@revio-wallet/db/sql/break-queue";
import type { BreakRow } from "@revio-wallet/db/sql/breaks";
import { findOperator } from "@revio-wallet/db/sql/operators";
import { readOutgoingSwitch } from "@revio-wallet/db/sql/outgoing-switch";
import { findSuspensePayment } from "@revio-wallet/db/sql/suspense-payments";
import { findTransaction, type TransactionRow } from "@revio-wallet/db/sql/transactions";
import { findUser } from "@revio-wallet/db/sql/users";
import type { Context } from "../context.ts";
import { invariant, notFound } from "../errors.ts";
import type { JournalEntry } from "../ledger/journal-entry.ts";
import { adjustmentApproved } from "../ledger/posting-rules/adjustment-approved.ts";
import { withdrawalCompleted } from "../ledger/posting-rules/withdrawal-completed.ts";
import { withdrawalReleased } from "../ledger/posting-rules/withdrawal-released.ts";
import { requireOperator } from "../operator/require-operator.ts";
import type { Currency } from "../money.ts";
import { readAdjustment } from "./adjustment.ts";
import { operatorOfTarget, toProposedChange } from "./change.ts";
import { effectsOfEntry, type EntryEffect } from "./entry-effects.ts";
import { heldOf } from "./suspense-release.ts";

/** A field that is to change. */
export interface FieldChange {
  field: string;
  from: string | null;
  to: string | null;
  /** As it is at this moment: another than `from`, and an approval is refused. */
  now: string | null;
}

/** Everything that the checker decides by, on one screen. */
export interface ApprovalDetails extends ListedApprovalRow {
  mayApprove: boolean;
  mayReject: boolean;
  transaction: Pick<
    TransactionRow,
    "id" | "userId" | "kind" | "status" | "amountMinor" | "feeMinor" | "currency"
  > | null;
  break: BreakRow | null;
  /** What of a role, a status or a setting is to change. */
  fields: FieldChange[];
  /** The operator whom it is about. */
  subjectName: string | null;
  /** What would be posted, and the balances that it would change, as they are now. */
  approveEffects: EntryEffect[];
  rejectEffects: EntryEffect[];
  /** What is not as it was when it was asked for, and why an approval would be refused now. For people. */
  changedSince: string[];
}

/**
 * A request with its evidence, what it would do as of now, and whether the viewer may decide.
 *
 * @throws DomainError FORBIDDEN, NOT_FOUND
 */
export async function getApproval(
  ctx: Context,
  input: { approvalId: string },
): Promise<ApprovalDetails> {
  await requireOperator(ctx, ctx.pool, "approvals.view");
  const now = ctx.clock.now();
  const filter = { id: input.approvalId, viewerId: ctx.actor.id, now };
  const row = await findListedApproval(ctx.pool, filter);
  if (row === undefined) throw notFound("request");
  const isOpen = row.state === "requested";
  const found = row.breakId === null ? undefined : await findBreak(ctx.pool, row.breakId);
  const transaction =
    row.transactionId === null ? undefined : await findTransaction(ctx.pool, row.transactionId);
  const details: ApprovalDetails = {
    ...row,
    mayApprove: row.blockedBy === null,
    mayReject: row.blockedBy === null || row.blockedBy === ("amount" satisfies DecisionBlock),
    transaction: transaction ?? null,
    break: found ?? null,
    fields: [],
    subjectName: null,
    approveEffects: [],
    rejectEffects: [],
    changedSince: [],
  };
  switch (row.kind) {
    case "adjustment":
      return { ...details, ...(await ofAdjustment(ctx, details, isOpen)) };
    case "withdrawal":
    case "payout_resolution":
      return { ...details, ...(await ofWithdrawal(ctx, details, isOpen)) };
    default:
      return { ...details, ...(await ofChange(ctx, row)) };
  }
}

type Found = Partial<ApprovalDetails>;

async function ofAdjustment(
  ctx: Context,
  { id, break: found }: ApprovalDetails,
  isOpen: boolean,
): Promise<Found> {
  if (!isOpen) return {};
  const adjustment = await readAdjustment(ctx.pool, id);
  const { debitAccount, creditAccount, amountMinor } = adjustment;
  const approveEffects = await effectsOfEntry(
    ctx.pool,
    adjustmentApproved({
      approvalId: id,
      debitAccount,
      creditAccount,
      amountMinor,
      occurredAt: ctx.clock.now(),
    }),
  );
  const changedSince: string[] = [];
  if (found !== null && found.state !== "open") changedSince.push("The break is resolved.");
  if (adjustment.suspensePurchaseId !== null) {
    const payment = await findSuspensePayment(ctx.pool, adjustment.suspensePurchaseId);
    if (payment === undefined || payment.releasedAt !== null) {
      changedSince.push("The payment is not in suspense any more.");
    } else if (heldOf(payment) !== amountMinor) {
      changedSince.push("Suspense holds another amount of the payment now.");
    }
  }
  if (
    approveEffects.some(({ account, afterMinor }) => account.startsWith("user:") && afterMinor < 0n)
  ) {
    changedSince.push("The user's account does not hold that much now.");
  }
  return { approveEffects, changedSince };
}

async function ofWithdrawal(
  ctx: Context,
  { kind, id, transaction }: ApprovalDetails,
  isOpen: boolean,
): Promise<Found> {
  if (!isOpen || transaction === null) return {};
  const { id: transactionId, userId, amountMinor, feeMinor, status } = transaction;
  const currency = transaction.currency as Currency;
  const occurredAt = ctx.clock.now();
  const about = { transactionId, userId, currency, amountMinor, feeMinor, occurredAt };
  const effects = (entry: JournalEntry) => effectsOfEntry(ctx.pool, entry);
  const released = withdrawalReleased(about);
  if (kind === "withdrawal") {
    const changedSince = await whyItMayNotLeave(ctx, transaction);
    if (status !== "awaiting_approval")
      changedSince.unshift("The withdrawal is not waiting any more.");
    // Approved, it goes on its way; nothing is posted before it is paid.
    return { rejectEffects: await effects(released), changedSince };
  }
  const proposal = await findProposal(ctx.pool, { id, kind: "payout_resolution" });
  invariant(proposal !== undefined, `request ${id} was just read`);
  const isExecuted = proposal.proposal["outcome"] === "executed";
  const entry = isExecuted ? withdrawalCompleted({ ...about, providerFeeMinor: 0n }) : released;
  return {
    approveEffects: await effects(entry),
    changedSince: status === "in_doubt" ? [] : ["The withdrawal is not in doubt any more."],
  };
}

async function whyItMayNotLeave(
  ctx: Context,
  { userId }: Pick<TransactionRow, "userId">,
): Promise<string[]> {
  const reasons: string[] = [];
  const { stoppedAt } = await readOutgoingSwitch(ctx.pool);
  if (stoppedAt !== null) reasons.push("Withdrawals are stopped for everybody.");
  const user = await findUser(ctx.pool, userId);
  if (user !== undefined && (user.status !== "active" || user.outgoingFrozenAt !== null)) {
    reasons.push("Withdrawals are stopped for this user.");
  }
  return reasons;
}

async function ofChange(ctx: Context, { id, kind, state }: ListedApprovalRow): Promise<Found> {
  invariant(kind === "operator_change" || kind === "setting_change", `${kind} is no change`);
  const row = await findProposal(ctx.pool, { id, kind });
  invariant(row !== undefined, `request ${id} was just read`);
  const { target, from, to } = toProposedChange(row);
  const now = await readChangeTarget(ctx.pool, target);
  const fields = Object.entries(to).map(([field, value]) => ({
    field,
    from: from[field] ?? null,
    to: value,
    now: now?.[field] ?? null,
  }));
  const subject = operatorOfTarget(target);
  const operator = subject === undefined ? undefined : await findOperator(ctx.pool, subject);
  const isOther = now !== undefined && fields.some((one) => one.now !== one.from);
  return {
    fields,
    subjectName: operator?.displayName ?? null,
    changedSince:
      state === "requested" && isOther ? ["It is not as it was when this was asked for."] : [],
  };
}
