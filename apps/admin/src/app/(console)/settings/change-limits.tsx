"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ActionDialog } from "../../../components/act/action-dialog.tsx";
import { plainAmount } from "../../../components/money.tsx";
import { Field } from "../../../components/ui/field.tsx";
import { Input } from "../../../components/ui/input.tsx";
import { useTRPCClient } from "../../../trpc/api-provider.tsx";
import { AmountField, amountOf } from "./amount-field.tsx";
import type { Limits } from "./setting-words.ts";

const amounts = [
  ["minAmountMinor", "Smallest amount"],
  ["maxAmountMinor", "Largest amount"],
  ["maxPerDayMinor", "Most in a day"],
  ["feeMinor", "Fee"],
] as const;

/** Asks for other limits; only what is written differently is asked for. */
export function ChangeLimits({ limits, onClose }: { limits: Limits; onClose: () => void }) {
  const api = useTRPCClient();
  const cache = useQueryClient();
  const [texts, setTexts] = useState<Record<string, string>>({
    ...Object.fromEntries(amounts.map(([field]) => [field, plainAmount(limits[field])])),
    approvalAboveMinor:
      limits.approvalAboveMinor === null ? "" : plainAmount(limits.approvalAboveMinor),
    maxCountPerDay: String(limits.maxCountPerDay),
  });
  const set = (field: string) => (text: string) => setTexts({ ...texts, [field]: text });
  const changed = changesOf(limits, texts);
  return (
    <ActionDialog
      open
      onOpenChange={onClose}
      intent={`change ${limits.target} ${JSON.stringify(texts)}`}
      title={`Limits of a ${limits.kind}`}
      confirmLabel="Ask for it"
      reason="required"
      disabled={changed === undefined || Object.keys(changed).length === 0}
      done="Asked for: another administrator decides"
      act={{
        input: ({ reason, idempotencyKey }) => ({
          change: {
            setting: "limits" as const,
            kind: limits.kind,
            currency: limits.currency as "ZAR",
            ...changed,
          },
          reason,
          idempotencyKey,
        }),
        send: (input) => api.setting.requestChange.mutate(input),
      }}
      onDone={() => cache.invalidateQueries()}
    >
      {amounts.map(([field, label]) => (
        <AmountField key={field} label={label} text={texts[field] ?? ""} onChange={set(field)} />
      ))}
      {limits.kind === "withdrawal" && (
        <AmountField
          label="Approval above"
          text={texts["approvalAboveMinor"] ?? ""}
          onChange={set("approvalAboveMinor")}
          emptyMeans="Empty: no withdrawal waits for anybody"
        />
      )}
      <Field label="Number in a day">
        {(control) => (
          <Input
            {...control}
            inputMode="numeric"
            pattern="[0-9]{1,9}"
            className="w-32 text-right tabular"
            value={texts["maxCountPerDay"] ?? ""}
            onChange={({ target }) => set("maxCountPerDay")(target.value)}
          />
        )}
      </Field>
    </ActionDialog>
  );
}

/** What is written differently; undefined if something is no amount or no number. */
function changesOf(limits: Limits, texts: Record<string, string>) {
  const changed: Partial<Record<(typeof amounts)[number][0] | "maxCountPerDay", bigint>> & {
    approvalAboveMinor?: bigint | null;
  } = {};
  for (const [field] of amounts) {
    const amount = amountOf(texts[field] ?? "");
    if (typeof amount !== "bigint") return undefined;
    if (amount !== limits[field]) changed[field] = amount;
  }
  const above = amountOf(texts["approvalAboveMinor"] ?? "");
  if (above === undefined) return undefined;
  if (above !== limits.approvalAboveMinor) changed.approvalAboveMinor = above;
  const count = texts["maxCountPerDay"] ?? "";
  if (!/^\d{1,9}$/.test(count)) return undefined;
  if (BigInt(count) !== BigInt(limits.maxCountPerDay)) changed.maxCountPerDay = BigInt(count);
  return changed;
}
