import { type ChangedFields, type ChangeKind, findProposal } from "@revio-wallet/db/sql/approvals";
import { readChangeTarget } from "@revio-wallet/db/sql/approved-changes";
import type { Tx } from "@revio-wallet/db/with-transaction";
import type { Context } from "../context.ts";
import { DomainError, invariant, notFound } from "../errors.ts";
import { runIdempotently } from "../idempotency/run-idempotently.ts";
import { requireOperator } from "../operator/require-operator.ts";
import { isInvitation, type ProposedChange, toProposedChange } from "./change.ts";
import { expireApprovals } from "./expire-approvals.ts";
import { refusedByDatabase } from "./refused-by-database.ts";
import { requestApproval } from "./request-approval.ts";

/** What the maker asks for. */
export interface ChangeRequest {
  kind: ChangeKind;
  target: string;
  /** How it is to be; what is so already is left out of the proposal. */
  to: ChangedFields;
  reason: string;
  /** UUID that stands for this one proposal. */
  idempotencyKey: string;
}

/**
 * Proposes a change of an operator or of a setting. Nothing changes before another administrator has approved just this, and only if
 * the target still is what it was when it was proposed. `check` refuses what makes no sense, and sees the target as it would be.
 *
 * @throws DomainError FORBIDDEN, NOT_FOUND, WRONG_STATE if it is so already, or has an open proposal, IDEMPOTENCY_KEY_REUSED
 */
export async function requestChange(
  ctx: Context,
  { kind, idempotencyKey, ...request }: ChangeRequest,
  check: (tx: Tx, wouldBe: ChangedFields) => Promise<void> | void = () => undefined,
): Promise<ProposedChange> {
  await requireOperator(ctx, ctx.pool, { request: kind });
  const { target, to, reason } = request;
  const named = { operation: `${kind}.request`, key: idempotencyKey, input: request };
  const work = async (tx: Tx) => {
    const now = isInvitation(target) ? {} : await readChangeTarget(tx, target);
    if (now === undefined) throw notFound("operator or setting");
    const changed = Object.keys(to).filter((field) => to[field] !== now[field]);
    if (changed.length === 0) throw new DomainError("WRONG_STATE", "It is so already.");
    await check(tx, { ...now, ...to });
    // What nobody decided in time stands in nobody's way.
    await expireApprovals(ctx, tx);
    const only = (fields: ChangedFields) =>
      Object.fromEntries(changed.map((field) => [field, fields[field] ?? null]));
    const { id } = await requestApproval(ctx, tx, {
      kind,
      transactionId: null,
      breakId: null,
      proposal: { target, from: isInvitation(target) ? {} : only(now), to: only(to) },
      amountMinor: null,
      currency: null,
      requestReason: reason,
    });
    const row = await findProposal(tx, { id, kind });
    invariant(row !== undefined, `proposal ${id} was just made`);
    return { output: toProposedChange(row), transactionId: undefined };
  };
  return (await refusedByDatabase(() => runIdempotently(ctx, named, work))).output;
}
