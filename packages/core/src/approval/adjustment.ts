import type { AdjustmentApprovalRow } from "@revio-wallet/db/sql/adjustment-approvals";
import type { LedgerAccountCode } from "../ledger/chart-of-accounts.ts";
import type { Currency } from "../money.ts";

/** A correction of the ledger that one operator proposes and another decides on. Amounts in minor units. */
export interface Adjustment {
  approvalId: string;
  state: AdjustmentApprovalRow["state"];
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

export function toAdjustment(row: AdjustmentApprovalRow): Adjustment {
  return {
    approvalId: row.id,
    state: row.state,
    breakId: row.breakId,
    debitAccount: row.proposal.debitAccount as LedgerAccountCode,
    creditAccount: row.proposal.creditAccount as LedgerAccountCode,
    amountMinor: BigInt(row.proposal.amountMinor),
    currency: row.proposal.currency as Currency,
    transactionId: row.proposal.transactionId,
    suspensePurchaseId: row.proposal.suspensePurchaseId ?? null,
    requestedBy: row.requestedBy,
    requestReason: row.requestReason,
    expiresAt: row.expiresAt,
    decidedBy: row.decidedBy,
  };
}
