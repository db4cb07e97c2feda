"use client";
import Link from "next/link";
import { useState } from "react";
import { ActionDialog } from "../../../../components/act/action-dialog.tsx";
import { Money } from "../../../../components/money.tsx";
import { Button, buttonLook } from "../../../../components/ui/button.tsx";
import { Field } from "../../../../components/ui/field.tsx";
import { Select, Textarea } from "../../../../components/ui/input.tsx";
import { Tooltip } from "../../../../components/ui/tooltip.tsx";
import { useTRPCClient } from "../../../../trpc/api-provider.tsx";
import type { SeenTransaction } from "./transaction-facts.tsx";

type Action = SeenTransaction["actions"][number]["action"];

const labels: Partial<Record<Action, string>> = {
  approve_withdrawal: "Approve",
  reject_withdrawal: "Reject",
  cancel_withdrawal: "Take back",
  request_payout_resolution: "Propose what became of it",
  add_note: "Add note",
};

/** What may be done from here; what may not says why. */
export function TransactionActions({
  seen,
  onDone,
}: {
  seen: SeenTransaction;
  onDone: () => unknown;
}) {
  const [open, setOpen] = useState<Action>();
  const close = (isOpen: boolean) => {
    if (!isOpen) setOpen(undefined);
  };
  const proposal = seen.approvals.find(
    ({ kind, state }) => kind === "payout_resolution" && state === "requested",
  );
  const offered = seen.actions.filter(
    ({ action, isAllowed }) => labels[action] !== undefined && (isAllowed || fits(action, seen)),
  );
  return (
    <>
      {proposal !== undefined && (
        <Link href={`/approvals/${proposal.id}`} className={buttonLook({ look: "primary" })}>
          Look at the proposal
        </Link>
      )}
      {offered.map(({ action, isAllowed, reason }) =>
        isAllowed ? (
          <Button
            key={action}
            look={action === "approve_withdrawal" ? "primary" : "secondary"}
            onClick={() => setOpen(action)}
          >
            {labels[action]}
          </Button>
        ) : (
          <Tooltip key={action} says={reason}>
            <span tabIndex={0} role="note" aria-label={`${labels[action]}: ${reason}`}>
              <Button disabled>{labels[action]}</Button>
            </span>
          </Tooltip>
        ),
      )}
      <DecideWithdrawal seen={seen} open={open} onOpenChange={close} onDone={onDone} />
      <CancelWithdrawal seen={seen} open={open} onOpenChange={close} onDone={onDone} />
      <ProposeResolution seen={seen} open={open} onOpenChange={close} onDone={onDone} />
      <AddNote seen={seen} open={open} onOpenChange={close} onDone={onDone} />
    </>
  );
}

/** Shown although it may not be done: somebody would look for it here. */
function fits(action: Action, { transaction: { status } }: SeenTransaction): boolean {
  if (action === "cancel_withdrawal") return status === "awaiting_approval" || status === "queued";
  if (action === "request_payout_resolution") return status === "in_doubt";
  return status === "awaiting_approval" && action.endsWith("_withdrawal");
}

/** The API keeps no line ends. */
function inOneLine(text: string): string {
  return text.trim().replaceAll(/\s+/g, " ");
}

interface DialogProps {
  seen: SeenTransaction;
  open: Action | undefined;
  onOpenChange: (open: boolean) => void;
  onDone: () => unknown;
}

function Amount({ seen: { transaction } }: Pick<DialogProps, "seen">) {
  return (
    <Money
      amountMinor={transaction.amountMinor}
      currency={transaction.currency}
      className="font-semibold"
    />
  );
}

function DecideWithdrawal({ seen, open, onOpenChange, onDone }: DialogProps) {
  const api = useTRPCClient();
  const { id: transactionId, reference } = seen.transaction;
  const isApproval = open === "approve_withdrawal";
  const decision = isApproval ? "approved" : "rejected";
  return (
    <ActionDialog
      open={isApproval || open === "reject_withdrawal"}
      onOpenChange={onOpenChange}
      intent={`${decision} ${transactionId}`}
      title={isApproval ? "Approve the withdrawal" : "Reject the withdrawal"}
      confirmLabel={isApproval ? "Approve" : "Reject"}
      look={isApproval ? "primary" : "danger"}
      reason="required"
      done={isApproval ? "Approved" : "Rejected"}
      act={{
        confirm: "withdrawal.decide",
        input: ({ reason }) => ({ transactionId, decision, reason }) as const,
        send: (input, confirmation) => api.withdrawal.decide.mutate(input, confirmation),
      }}
      onDone={onDone}
    >
      <p className="text-sm">
        {isApproval ? (
          <>
            <Amount seen={seen} /> goes to {seen.bankAccount?.bankName}, account ending in{" "}
            {seen.bankAccount?.lastFour}. It cannot be called back once the bank has it.
          </>
        ) : (
          <>
            <Amount seen={seen} /> and the fee go back to what the user may spend. {reference} is
            rejected for good.
          </>
        )}
      </p>
    </ActionDialog>
  );
}

function CancelWithdrawal({ seen, open, onOpenChange, onDone }: DialogProps) {
  const api = useTRPCClient();
  const { id: transactionId, reference } = seen.transaction;
  return (
    <ActionDialog
      open={open === "cancel_withdrawal"}
      onOpenChange={onOpenChange}
      intent={`cancel ${transactionId}`}
      title="Take the withdrawal back"
      confirmLabel="Take back"
      look="danger"
      reason="required"
      done="Taken back"
      act={{
        input: ({ reason }) => ({ transactionId, reason }),
        send: (input) => api.withdrawal.cancel.mutate(input),
      }}
      onDone={onDone}
    >
      <p className="text-sm">
        <Amount seen={seen} /> and the fee go back to what the user may spend. {reference} ends as
        cancelled.
      </p>
    </ActionDialog>
  );
}

function ProposeResolution({ seen, open, onOpenChange, onDone }: DialogProps) {
  const api = useTRPCClient();
  const { id: transactionId } = seen.transaction;
  const [outcome, setOutcome] = useState<"not_executed" | "executed">("not_executed");
  return (
    <ActionDialog
      open={open === "request_payout_resolution"}
      onOpenChange={onOpenChange}
      intent={`propose ${outcome} ${transactionId}`}
      title="Propose what became of the payout"
      confirmLabel="Propose"
      reason="required"
      done="Proposed: somebody else decides"
      act={{
        input: ({ reason, idempotencyKey }) => ({
          transactionId,
          outcome,
          reason,
          idempotencyKey,
        }),
        send: (input) => api.payout.requestResolution.mutate(input),
      }}
      onDone={onDone}
    >
      <Field label="What became of it">
        {(control) => (
          <Select
            {...control}
            value={outcome}
            onChange={({ target }) => setOutcome(target.value as typeof outcome)}
          >
            <option value="not_executed">The bank was never told to pay</option>
            <option value="executed">The bank has paid</option>
          </Select>
        )}
      </Field>
      <p className="text-sm">
        Nothing happens until another operator approves. Then{" "}
        {outcome === "executed" ? (
          <>
            the reserve of <Amount seen={seen} /> is settled, and the withdrawal is completed.
          </>
        ) : (
          <>
            <Amount seen={seen} /> and the fee go back to the user, and the withdrawal has failed.
          </>
        )}
      </p>
    </ActionDialog>
  );
}

function AddNote({ seen, open, onOpenChange, onDone }: DialogProps) {
  const api = useTRPCClient();
  const { id: transactionId } = seen.transaction;
  const [note, setNote] = useState("");
  return (
    <ActionDialog
      open={open === "add_note"}
      onOpenChange={onOpenChange}
      intent={`note ${transactionId} ${note.trim()}`}
      title="Add a note"
      confirmLabel="Add"
      reason="none"
      disabled={note.trim() === ""}
      done="Note added"
      act={{
        input: ({ idempotencyKey }) => ({ transactionId, note: inOneLine(note), idempotencyKey }),
        send: (input) => api.transaction.addNote.mutate(input),
      }}
      onDone={() => {
        setNote("");
        return onDone();
      }}
    >
      <Field label="Note" hint="Stands in the timeline for all operators, and is never changed.">
        {(control) => (
          <Textarea
            {...control}
            maxLength={2_000}
            value={note}
            onChange={({ target }) => setNote(target.value)}
          />
        )}
      </Field>
    </ActionDialog>
  );
}
