"use client";
import { type FormEvent, type ReactNode, useRef, useState } from "react";
import { apiErrorOf } from "../../trpc/api-error.ts";
import { Copyable } from "../copyable.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog, DialogActions } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
import { Input, Textarea } from "../ui/input.tsx";
import { showDone } from "../ui/toasts.tsx";
import { useIntentKey } from "./use-intent-key.ts";
import { type Confirmation, useStepUp } from "./use-step-up.ts";

/** What the operator decided. */
export interface Intent {
  reason: string;
  /** The same until it is done. */
  idempotencyKey: string;
}

/** One call of the API. With `confirm` it is confirmed by a fresh factor first, and carries the confirmation. */
export interface Act<Input extends object> {
  input: (intent: Intent) => Input;
  send: (input: Input, confirmation: Confirmation | undefined) => Promise<unknown>;
  /** The procedure's name, for what needs a fresh factor: "withdrawal.decide". */
  confirm?: string;
}

/**
 * Does something that matters: says first what it will do, asks why, has it confirmed if need be, and shows what came of it. Nothing on
 * the page changes before the API has said that it is done.
 */
export function ActionDialog<Input extends object>(props: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** Tells this intent from others: "freeze user:<id>". */
  intent: string;
  title: ReactNode;
  /** What will happen, and to what: the effect, before it is there. */
  children?: ReactNode;
  reason: "required" | "none";
  confirmLabel: string;
  look?: "primary" | "danger";
  disabled?: boolean;
  act: Act<Input>;
  done: string;
  onDone: () => unknown;
}) {
  const { open, onOpenChange, intent, title, children, reason, confirmLabel, look, act } = props;
  const { keyOf, forget } = useIntentKey(intent);
  const { needsCode, confirm } = useStepUp();
  const [why, setWhy] = useState("");
  const [code, setCode] = useState("");
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const underWay = useRef(false);

  const run = async () => {
    const input = act.input({ reason: oneLine(why), idempotencyKey: keyOf() });
    const confirmation =
      act.confirm === undefined
        ? undefined
        : await confirm({ procedure: act.confirm, input }, code.trim());
    await act.send(input, confirmation);
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    // A second press comes before the button is drawn as disabled.
    if (underWay.current) return;
    underWay.current = true;
    setBusy(true);
    setError(undefined);
    try {
      await run();
      forget();
      setWhy("");
      onOpenChange(false);
      showDone(props.done);
      await props.onDone();
    } catch (thrown) {
      setError(thrown);
      // Refused for good: the next try is another intent.
      if (!apiErrorOf(thrown).isOutcomeUnknown) forget();
    } finally {
      setCode("");
      underWay.current = false;
      setBusy(false);
    }
  };

  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={title}>
      <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        {children}
        {reason === "required" && (
          <Field label="Reason" hint="Kept with your name in the audit log.">
            {(control) => (
              <Textarea
                {...control}
                required
                minLength={3}
                maxLength={500}
                value={why}
                onChange={({ target }) => setWhy(target.value)}
              />
            )}
          </Field>
        )}
        {act.confirm !== undefined && needsCode && (
          <Field label="Code of your authenticator app" hint="Confirms this one action.">
            {(control) => (
              <Input
                {...control}
                required
                inputMode="numeric"
                autoComplete="one-time-code"
                pattern="\d{6}"
                className="w-32 font-mono"
                value={code}
                onChange={({ target }) => setCode(target.value)}
              />
            )}
          </Field>
        )}
        {error !== undefined && <Refusal error={error} />}
        <DialogActions>
          <Button look="ghost" onClick={() => onOpenChange(false)}>
            Cancel
          </Button>
          <Button type="submit" look={look ?? "primary"} disabled={isBusy || props.disabled}>
            {isBusy ? "Working …" : confirmLabel}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

/** The API keeps reasons as one line. */
function oneLine(text: string): string {
  return text.trim().replaceAll(/\s+/g, " ");
}

/** What was refused, or what nobody knows: never "failed" for something that may have been done. */
function Refusal({ error }: { error: unknown }) {
  const { message, code, requestId, isOutcomeUnknown } = apiErrorOf(error);
  const isAborted = (error as Error | undefined)?.name === "NotAllowedError";
  return (
    <div role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-sm text-bad">
      <p className="font-medium">
        {isAborted
          ? "Your passkey did not confirm it. Nothing was done."
          : isOutcomeUnknown
            ? "It is not known whether this was done. Press again: it will not be done twice."
            : message}
      </p>
      {!isAborted && (
        <p className="mt-1 flex flex-wrap items-center gap-2 text-xs">
          {code}
          {requestId !== undefined && <Copyable text={requestId} label="Copy request id" />}
        </p>
      )}
    </div>
  );
}
