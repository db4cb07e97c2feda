"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ActionDialog } from "../../../../../components/act/action-dialog.tsx";
import { Money, plainAmount } from "../../../../../components/money.tsx";
import { Button } from "../../../../../components/ui/button.tsx";
import { Field } from "../../../../../components/ui/field.tsx";
import { Input } from "../../../../../components/ui/input.tsx";
import { useTRPCClient } from "../../../../../trpc/api-provider.tsx";
import { AmountField, amountOf } from "../../../settings/amount-field.tsx";
import { type BreakDetails } from "../../break-words.ts";

/** The usual two accounts for a class, as the runbook has them; the maker checks and changes them. */
function usualAccounts({ class: name, currency }: BreakDetails): [debit: string, credit: string] {
  const house = (account: string) => `house:${account}:${currency ?? "ZAR"}`;
  if (name === "fee_mismatch") return [house("provider_fees"), house("revio_float")];
  if (name === "missing_at_provider") return [house("adjustments"), house("revio_float")];
  return [house("revio_float"), house("adjustments")];
}

/** Proposes a correction about the break: two accounts and an amount. Nothing is posted before somebody else approves it. */
export function ProposeAdjustment({ found }: { found: BreakDetails }) {
  const api = useTRPCClient();
  const cache = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const [usualDebit, usualCredit] = usualAccounts(found);
  const [debit, setDebit] = useState(usualDebit);
  const [credit, setCredit] = useState(usualCredit);
  const [text, setText] = useState(
    found.amountMinor === null ? "" : plainAmount(found.amountMinor),
  );
  const amount = amountOf(text);
  const account = (label: string, value: string, onChange: (value: string) => void) => (
    <Field label={label}>
      {(control) => (
        <Input
          {...control}
          required
          className="font-mono"
          value={value}
          onChange={({ target }) => onChange(target.value)}
        />
      )}
    </Field>
  );
  return (
    <>
      <Button look="primary" onClick={() => setOpen(true)}>
        Propose a correction
      </Button>
      <ActionDialog
        open={isOpen}
        onOpenChange={setOpen}
        intent={`adjust ${found.id} ${debit} ${credit} ${text}`}
        title="Propose a correction"
        confirmLabel="Propose"
        reason="required"
        disabled={typeof amount !== "bigint" || amount === 0n}
        done="Proposed: another operator decides"
        act={{
          input: ({ reason, idempotencyKey }) => ({
            breakId: found.id,
            breakVersion: found.version,
            debitAccount: debit.trim(),
            creditAccount: credit.trim(),
            amountMinor: amount ?? 0n,
            reason,
            idempotencyKey,
          }),
          send: (input) => api.adjustment.request.mutate(input),
        }}
        onDone={() => cache.invalidateQueries()}
      >
        <p className="text-sm">
          One journal entry
          {typeof amount === "bigint" && amount > 0n && (
            <>
              {" of "}
              <Money
                amountMinor={amount}
                currency={found.currency ?? "ZAR"}
                className="font-semibold"
              />
            </>
          )}
          , once somebody else has approved it; the break is resolved by it. The approval shows the
          balances before and after.
        </p>
        {account("Debit", debit, setDebit)}
        {account("Credit", credit, setCredit)}
        <AmountField label="Amount" text={text} onChange={setText} />
      </ActionDialog>
    </>
  );
}
