"use client";
import { parseMoney } from "@revio-wallet/api-client/money";
import { Money } from "../../../components/money.tsx";
import { Field } from "../../../components/ui/field.tsx";
import { Input } from "../../../components/ui/input.tsx";

/** An amount as somebody writes it, and as it was understood. */
export function AmountField({
  label,
  text,
  onChange,
  emptyMeans,
}: {
  label: string;
  text: string;
  onChange: (text: string) => void;
  /** Where nothing means something. */
  emptyMeans?: string;
}) {
  const parsed = parseMoney(text);
  const isEmpty = text.trim() === "";
  const isWrong = parsed === undefined && !(isEmpty && emptyMeans !== undefined);
  return (
    <Field
      label={label}
      error={isWrong ? "This is no amount: write it like 1 234,50" : undefined}
      hint={
        parsed === undefined ? (
          emptyMeans
        ) : (
          <Money amountMinor={parsed.amountMinor} currency={parsed.currency} />
        )
      }
    >
      {(control) => (
        <Input
          {...control}
          inputMode="decimal"
          className="w-48 text-right tabular"
          value={text}
          onChange={({ target }) => onChange(target.value)}
        />
      )}
    </Field>
  );
}

/** Undefined: no amount. Null: nothing was written. */
export function amountOf(text: string): bigint | null | undefined {
  return text.trim() === "" ? null : parseMoney(text)?.amountMinor;
}
