"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ActionDialog } from "../../../../components/act/action-dialog.tsx";
import { Money } from "../../../../components/money.tsx";
import { Button } from "../../../../components/ui/button.tsx";
import { Field } from "../../../../components/ui/field.tsx";
import { Input } from "../../../../components/ui/input.tsx";
import { useTRPCClient } from "../../../../trpc/api-provider.tsx";
import { useMayRequest } from "../../approvals/use-may-request.ts";
import type { SuspensePayment } from "./suspense-words.ts";

/** Proposes to take a payment out of suspense, all of it; another operator decides. */
export function ProposeRelease({ payment }: { payment: SuspensePayment }) {
  const api = useTRPCClient();
  const cache = useQueryClient();
  const mayRequest = useMayRequest("adjustment");
  const [isOpen, setOpen] = useState(false);
  const [account, setAccount] = useState("house:adjustments:ZAR");
  const { purchaseId, heldMinor, currency } = payment;
  if (!mayRequest || heldMinor === 0n) return null;
  return (
    <span className="relative z-10">
      <Button
        size="sm"
        onClick={() => setOpen(true)}
        aria-label={`Propose a release of ${purchaseId}`}
      >
        Release …
      </Button>
      <ActionDialog
        open={isOpen}
        onOpenChange={setOpen}
        intent={`release ${purchaseId} ${account}`}
        title="Propose to release a payment"
        confirmLabel="Propose"
        reason="required"
        done="Proposed: another operator decides"
        act={{
          input: ({ reason, idempotencyKey }) => ({
            debitAccount: `house:suspense:${currency}`,
            creditAccount: account.trim(),
            amountMinor: heldMinor,
            suspensePurchaseId: purchaseId,
            reason,
            idempotencyKey,
          }),
          send: (input) => api.adjustment.request.mutate(input),
        }}
        onDone={() => cache.invalidateQueries()}
      >
        <p className="text-sm">
          All that is held of it, <Money amountMinor={heldMinor} currency={currency} />, goes to the
          account below once somebody else has approved it.
        </p>
        <Field
          label="Account"
          hint="Of a user: user:<their id>:available:ZAR. Of the house: house:adjustments:ZAR."
        >
          {(control) => (
            <Input
              {...control}
              required
              className="font-mono"
              value={account}
              onChange={({ target }) => setAccount(target.value)}
            />
          )}
        </Field>
      </ActionDialog>
    </span>
  );
}
