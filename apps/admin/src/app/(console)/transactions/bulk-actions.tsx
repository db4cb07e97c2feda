"use client";
import { skipToken, useQuery, useQueryClient } from "@tanstack/react-query";
import { MessageSquarePlus, Undo2 } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useMay } from "../../../auth/session-provider.tsx";
import { useIntentKey } from "../../../components/act/use-intent-key.ts";
import { Money } from "../../../components/money.tsx";
import { LoadError } from "../../../components/states.tsx";
import { Badge } from "../../../components/ui/badge.tsx";
import { Button } from "../../../components/ui/button.tsx";
import { Dialog, DialogActions } from "../../../components/ui/dialog.tsx";
import { Field } from "../../../components/ui/field.tsx";
import { Textarea } from "../../../components/ui/input.tsx";
import { Skeleton } from "../../../components/ui/skeleton.tsx";
import { useTRPC, useTRPCClient } from "../../../trpc/api-provider.tsx";
import { apiErrorOf } from "../../../trpc/api-error.ts";
import type { RouterOutputs } from "../../../trpc/operator-router.ts";
import type { ApiFilter } from "./search-params.ts";

type Action = "note" | "cancel";
type Results = RouterOutputs["transaction"]["bulkNote"]["results"];

const says = {
  note: {
    title: "Write a note on many transactions",
    field: "Note",
    confirm: "Write",
    hint: "Stands in the timeline of each.",
  },
  cancel: {
    title: "Take back withdrawals that still wait",
    field: "Reason",
    confirm: "Take back",
    hint: "Their reserves go back to the users. Kept with your name in the audit log.",
  },
} as const;

/** The same for many rows: those that are selected, or the newest that match. */
export function BulkActions({
  selected,
  filter,
  hasFilter,
  onDone,
}: {
  selected: readonly string[];
  filter: ApiFilter;
  hasFilter: boolean;
  onDone: () => void;
}) {
  const mayCancel = useMay("withdrawals.cancel");
  const [open, setOpen] = useState<Action>();
  if (selected.length === 0 && !hasFilter) return null;
  const whom = selected.length === 0 ? "all that match" : `${selected.length} selected`;
  return (
    <>
      <span className="mr-auto flex flex-wrap items-center gap-1 pl-2 text-xs text-ink-soft">
        <span>With {whom}:</span>
        <Button size="sm" look="ghost" onClick={() => setOpen("note")}>
          <MessageSquarePlus aria-hidden /> Note
        </Button>
        {mayCancel && (
          <Button size="sm" look="ghost" onClick={() => setOpen("cancel")}>
            <Undo2 aria-hidden /> Take back
          </Button>
        )}
      </span>
      {open !== undefined && (
        <BulkDialog
          action={open}
          selection={selected.length > 0 ? { transactionIds: [...selected] } : { filter }}
          onClose={(isDone) => {
            setOpen(undefined);
            if (isDone) onDone();
          }}
        />
      )}
    </>
  );
}

function BulkDialog({
  action,
  selection,
  onClose,
}: {
  action: Action;
  selection: { transactionIds: string[] } | { filter: ApiFilter };
  onClose: (isDone: boolean) => void;
}) {
  const trpc = useTRPC();
  const api = useTRPCClient();
  const cache = useQueryClient();
  const note = useQuery(
    trpc.transaction.previewBulkNote.queryOptions(action === "note" ? { selection } : skipToken, {
      staleTime: Number.POSITIVE_INFINITY,
    }),
  );
  const cancel = useQuery(
    trpc.transaction.previewBulkCancel.queryOptions(
      action === "cancel" ? { selection } : skipToken,
      { staleTime: Number.POSITIVE_INFINITY },
    ),
  );
  const preview = action === "note" ? note : cancel;
  const ids = preview.data?.eligible.transactionIds ?? [];
  const [reason, setReason] = useState("");
  // The API keeps no line ends.
  const said = reason.trim().replaceAll(/\s+/g, " ");
  const { keyOf, forget } = useIntentKey(`bulk ${action} ${ids.join(" ")} ${said}`);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [results, setResults] = useState<Results>();
  const { title, field, confirm, hint } = says[action];

  const run = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      const input = { transactionIds: ids, reason: said, idempotencyKey: keyOf() };
      const done = await (action === "note"
        ? api.transaction.bulkNote.mutate(input)
        : api.transaction.bulkCancel.mutate(input));
      forget();
      setResults(done.results);
      await cache.invalidateQueries({ queryKey: trpc.transaction.pathKey() });
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(false);
    }
  };

  return (
    <Dialog open onOpenChange={() => onClose(results !== undefined)} title={title}>
      {results !== undefined ? (
        <BulkResults results={results} onClose={() => onClose(true)} />
      ) : preview.error !== null ? (
        <LoadError error={preview.error} onRetry={() => void preview.refetch()} />
      ) : (
        <form onSubmit={(event) => void run(event)} className="flex flex-col gap-4">
          {preview.data === undefined ? (
            <Skeleton className="h-12" />
          ) : (
            <BulkEffect preview={preview.data} />
          )}
          <Field label={field} hint={hint}>
            {(control) => (
              <Textarea
                {...control}
                required
                minLength={3}
                maxLength={500}
                value={reason}
                onChange={({ target }) => setReason(target.value)}
              />
            )}
          </Field>
          {error !== undefined && (
            <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-sm text-bad">
              {apiErrorOf(error).isOutcomeUnknown
                ? "It is not known whether all of this was done. Press again: nothing is done twice."
                : apiErrorOf(error).message}
            </p>
          )}
          <DialogActions>
            <Button look="ghost" onClick={() => onClose(false)}>
              Cancel
            </Button>
            <Button
              type="submit"
              look={action === "cancel" ? "danger" : "primary"}
              disabled={isBusy || ids.length === 0}
            >
              {isBusy ? "Working …" : `${confirm} (${ids.length})`}
            </Button>
          </DialogActions>
        </form>
      )}
    </Dialog>
  );
}

function BulkEffect({
  preview: { eligible, notEligible, isMore },
}: {
  preview: RouterOutputs["transaction"]["previewBulkNote"];
}) {
  return (
    <div className="flex flex-col gap-1 text-sm">
      <p>
        <strong>{eligible.transactionIds.length}</strong>{" "}
        {eligible.transactionIds.length === 1 ? "transaction" : "transactions"}
        {eligible.totals.map(({ currency, amountMinor }) => (
          <span key={currency}>
            , <Money amountMinor={amountMinor} currency={currency} className="font-medium" /> in all
          </span>
        ))}
        .
      </p>
      {isMore && (
        <p className="text-ink-soft">
          More match: this takes the newest 100. Run it again for the rest.
        </p>
      )}
      {notEligible.length > 0 && (
        <details>
          <summary className="text-ink-soft">{notEligible.length} left out</summary>
          <ul className="mt-1 max-h-32 overflow-y-auto text-xs text-ink-soft">
            {notEligible.map(({ transactionId, reason }) => (
              <li key={transactionId}>
                <code>{transactionId}</code> {reason}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

const outcomes = {
  done: ["good", "Done"],
  not_eligible: ["warn", "Not possible"],
  failed: ["bad", "Unknown"],
} as const;

function BulkResults({ results, onClose }: { results: Results; onClose: () => void }) {
  const doneCount = results.filter(({ outcome }) => outcome === "done").length;
  return (
    <div className="flex flex-col gap-3">
      <p role="status" className="text-sm font-medium">
        {doneCount} of {results.length} done
      </p>
      <ul className="flex max-h-72 flex-col gap-1 overflow-y-auto text-xs">
        {results.map(({ transactionId, outcome, reason }) => {
          const [tone, word] = outcomes[outcome];
          return (
            <li key={transactionId} className="flex flex-wrap items-center gap-2">
              <Badge tone={tone}>{word}</Badge>
              <code>{transactionId}</code>
              {reason !== null && <span className="text-ink-soft">{reason}</span>}
            </li>
          );
        })}
      </ul>
      <DialogActions>
        <Button look="primary" onClick={onClose}>
          Close
        </Button>
      </DialogActions>
    </div>
  );
}
