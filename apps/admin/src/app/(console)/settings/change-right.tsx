"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ActionDialog } from "../../../components/act/action-dialog.tsx";
import { plainAmount } from "../../../components/money.tsx";
import { words } from "../../../components/status-badge.tsx";
import { useTRPCClient } from "../../../trpc/api-provider.tsx";
import { AmountField, amountOf } from "./amount-field.tsx";
import type { ApprovalRight } from "./setting-words.ts";

/** Asks for another largest amount that a role may decide on. */
export function ChangeRight({ right, onClose }: { right: ApprovalRight; onClose: () => void }) {
  const api = useTRPCClient();
  const cache = useQueryClient();
  const [text, setText] = useState(
    right.maxAmountMinor === null ? "" : plainAmount(right.maxAmountMinor),
  );
  const amount = amountOf(text);
  return (
    <ActionDialog
      open
      onOpenChange={onClose}
      intent={`change ${right.target} ${text}`}
      title={`What a ${words(right.role).toLowerCase()} may decide on: ${words(right.kind).toLowerCase()}`}
      confirmLabel="Ask for it"
      reason="required"
      disabled={amount === undefined || amount === right.maxAmountMinor}
      done="Asked for: another administrator decides"
      act={{
        input: ({ reason, idempotencyKey }) => ({
          change: {
            setting: "approval_right" as const,
            kind: right.kind as "adjustment",
            role: right.role,
            maxAmountMinor: amount ?? null,
          },
          reason,
          idempotencyKey,
        }),
        send: (input) => api.setting.requestChange.mutate(input),
      }}
      onDone={() => cache.invalidateQueries()}
    >
      <AmountField label="Up to" text={text} onChange={setText} emptyMeans="Empty: any amount" />
    </ActionDialog>
  );
}
