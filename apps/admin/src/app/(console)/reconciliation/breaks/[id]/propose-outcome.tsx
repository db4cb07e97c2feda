"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ActionDialog } from "../../../../../components/act/action-dialog.tsx";
import { Button } from "../../../../../components/ui/button.tsx";
import { Field } from "../../../../../components/ui/field.tsx";
import { Select } from "../../../../../components/ui/input.tsx";
import { useTRPCClient } from "../../../../../trpc/api-provider.tsx";
import type { BreakDetails } from "../../break-words.ts";

/** C26: proposes what became of a payout in doubt, from evidence outside of Revio; another operator decides. */
export function ProposeOutcome({ found }: { found: BreakDetails }) {
  const api = useTRPCClient();
  const cache = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const [outcome, setOutcome] = useState<"not_executed" | "executed">("not_executed");
  return (
    <>
      <Button look="primary" onClick={() => setOpen(true)}>
        Say what became of it
      </Button>
      <ActionDialog
        open={isOpen}
        onOpenChange={setOpen}
        intent={`outcome ${found.id} ${outcome}`}
        title="What became of the payout"
        confirmLabel="Propose"
        reason="required"
        done="Proposed: another operator decides"
        act={{
          input: ({ reason, idempotencyKey }) => ({
            transactionId: found.transactionId ?? "",
            outcome,
            reason,
            idempotencyKey,
          }),
          send: (input) => api.payout.requestResolution.mutate(input),
        }}
        onDone={() => cache.invalidateQueries()}
      >
        <p className="text-sm">
          The payout is in doubt: its reserve stays, and nothing executes it again. Say only what
          the bank or Revio's people have confirmed. Before a decision Revio is asked once more, and
          what it tells counts.
        </p>
        <Field label="Outcome">
          {(control) => (
            <Select
              {...control}
              value={outcome}
              onChange={({ target }) => setOutcome(target.value as "executed")}
            >
              <option value="not_executed">It was not executed: the reserve goes back</option>
              <option value="executed">It was executed: the money has left</option>
            </Select>
          )}
        </Field>
      </ActionDialog>
    </>
  );
}
