import type {
  ChangedFields,
  ChangeKind,
  ChangeProposal,
  ProposalRow,
} from "@revio-wallet/db/sql/approvals";
import type { AuditDetails } from "../audit/record-audit-event.ts";

/** A proposed change of who may do what, or of how much, and what became of it. */
export interface ProposedChange {
  approvalId: string;
  kind: ChangeKind;
  state: ProposalRow<ChangeKind>["state"];
  target: string;
  from: ChangedFields;
  to: ChangedFields;
  requestedBy: string;
  requestReason: string;
  expiresAt: Date;
  decidedBy: string | null;
}

export function toProposedChange(row: ProposalRow<ChangeKind>): ProposedChange {
  const { id, kind, state, proposal, requestedBy, requestReason, expiresAt, decidedBy } = row;
  return {
    approvalId: id,
    kind,
    state,
    ...proposal,
    requestedBy,
    requestReason,
    expiresAt,
    decidedBy,
  };
}

/** Before and after of each changed field. Of an invitation the role alone: address and name are personal data. */
export function auditDetailsOfChange({ target, from, to }: ChangeProposal): AuditDetails {
  if (isInvitation(target)) return { target: "invitation", "role.to": to["role"] ?? null };
  const details: AuditDetails = { target };
  for (const [field, value] of Object.entries(to)) {
    details[`${field}.from`] = from[field] ?? null;
    details[`${field}.to`] = value;
  }
  return details;
}

export function isInvitation(target: string): boolean {
  return target.startsWith("invitation:");
}

/** The operator whom a change is about; undefined if it is about something else. */
export function operatorOfTarget(target: string): string | undefined {
  return /^operator:(.+)$/.exec(target)?.[1];
}
