"use client";
import { useQueryClient } from "@tanstack/react-query";
import { ActionDialog } from "../../../../components/act/action-dialog.tsx";
import { Money } from "../../../../components/money.tsx";
import { words } from "../../../../components/status-badge.tsx";
import { useTRPCClient } from "../../../../trpc/api-provider.tsx";
import { type ApprovalDetails, subjectOf } from "../approval-words.ts";

type Word = "approved" | "rejected";

/** Approves or refuses, with a reason and a fresh factor for just this. */
export function DecideDialog({
  approval,
  open,
  decision,
  onOpenChange,
}: {
  approval: ApprovalDetails;
  open: boolean;
  decision: Word;
  onOpenChange: (open: boolean) => void;
}) {
  const cache = useQueryClient();
  const act = useDecision(approval, decision);
  const isApproval = decision === "approved";
  const { amountMinor, currency } = approval;
  return (
    <ActionDialog
      open={open}
      onOpenChange={onOpenChange}
      intent={`${decision} ${approval.id}`}
      title={isApproval ? "Approve it" : "Refuse it"}
      confirmLabel={isApproval ? "Approve" : "Refuse"}
      look={isApproval ? "primary" : "danger"}
      reason="required"
      done={isApproval ? "Approved" : "Refused"}
      act={act}
      onDone={() => cache.invalidateQueries()}
    >
      <p className="text-sm">
        {words(approval.kind)}:{" "}
        <span className="font-medium wrap-anywhere">{subjectOf(approval)}</span>
        {amountMinor !== null && currency !== null && (
          <>
            {", "}
            <Money amountMinor={amountMinor} currency={currency} className="font-semibold" />
          </>
        )}
        . {effectWords(approval, isApproval)}
      </p>
    </ActionDialog>
  );
}

function effectWords({ kind }: ApprovalDetails, isApproval: boolean): string {
  if (!isApproval) {
    return kind === "withdrawal" ? "The reserve goes back to the user." : "Nothing changes.";
  }
  if (kind === "withdrawal") return "The money goes on its way, and cannot be called back.";
  if (kind === "adjustment" || kind === "payout_resolution") {
    return "Just the entry on this page is posted. Only another correction takes it back.";
  }
  return "It holds from the next request on.";
}

interface Sent {
  decision: Word;
  reason: string;
  approvalId?: string;
  transactionId?: string;
}

/** The procedure that decides on a request of this kind. */
function useDecision({ id, kind, transactionId }: ApprovalDetails, decision: Word) {
  const api = useTRPCClient();
  const about = kind === "withdrawal" ? { transactionId: transactionId ?? "" } : { approvalId: id };
  const input = ({ reason }: { reason: string }): Sent => ({ ...about, decision, reason });
  const procedures = {
    withdrawal: ["withdrawal.decide", api.withdrawal.decide],
    adjustment: ["adjustment.decide", api.adjustment.decide],
    payout_resolution: ["payout.decideResolution", api.payout.decideResolution],
    operator_change: ["operator.decideChange", api.operator.decideChange],
    setting_change: ["setting.decideChange", api.setting.decideChange],
  } as const;
  const [confirm, procedure] = procedures[kind];
  return {
    confirm,
    input,
    send: (sent: Sent, confirmation: { context: { stepUpId: string } } | undefined) =>
      // Each of them takes the fields that `about` gives it.
      (procedure.mutate as (given: Sent, options?: object) => Promise<unknown>)(sent, confirmation),
  };
}
