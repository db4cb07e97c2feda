import { findProposal, type ProposalRow } from "@revio-wallet/db/sql/approvals";
import type { Queryable } from "@revio-wallet/db/pool";
import type { AuditDetails } from "../audit/record-audit-event.ts";
import { invariant, notFound } from "../errors.ts";
import type { LedgerAccountCode } from "../ledger/chart-of-accounts.ts";
import type { Currency } from "../money.ts";

/** A correction of the ledger that one operator proposes and another decides on. Amounts in minor units. */
export interface Adjustment {
  approvalId: string;
  state: ProposalRow<"adjustment">["state"];
  breakId: string | null;
  debitAccount: LedgerAccountCode;
  creditAccount: LedgerAccountCode;
  amountMinor: bigint;
  currency: Currency;
  transactionId: string | null;
  /** Revio's id of the payment that it takes out of suspense. */
  suspensePurchaseId: string | null;
  requestedBy: string;
  requestReason: string;
  expiresAt: Date;
  decidedBy: string | null;
}

/** @throws DomainError NOT_FOUND */
export async function readAdjustment(db: Queryable, approvalId: string): Promise<Adjustment> {
  const row = await findProposal(db, { id: approvalId, kind: "adjustment" });
  if (row === undefined) throw notFound("proposal");
  return toAdjustment(row);
}

/** @throws InvariantViolation if what would be posted is not the amount that the checker's right was judged by */
function toAdjustment(row: ProposalRow<"adjustment">): Adjustment {
  invariant(
    row.amountMinor.toString() === row.proposal.amountMinor &&
      row.currency === row.proposal.currency,
    `proposal ${row.id} names two amounts`,
  );
  return {
    approvalId: row.id,
    state: row.state,
    breakId: row.breakId,
    debitAccount: row.proposal.debitAccount as LedgerAccountCode,
    creditAccount: row.proposal.creditAccount as LedgerAccountCode,
    amountMinor: row.amountMinor,
    currency: row.proposal.currency as Currency,
    transactionId: row.proposal.transactionId,
    suspensePurchaseId: row.proposal.suspensePurchaseId ?? null,
    requestedBy: row.requestedBy,
    requestReason: row.requestReason,
    expiresAt: row.expiresAt,
    decidedBy: row.decidedBy,
  };
}

/** What an audit event says of it: which money, from where to where, and why. */
export function auditDetailsOf(adjustment: Adjustment): AuditDetails {
  const { breakId, debitAccount, creditAccount, amountMinor, currency } = adjustment;
  const { transactionId, suspensePurchaseId } = adjustment;
  const moved = { debitAccount, creditAccount, amountMinor: amountMinor.toString(), currency };
  return { ...moved, breakId, transactionId, suspensePurchaseId };
}
