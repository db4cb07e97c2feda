"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { ActionDialog } from "../../../components/act/action-dialog.tsx";
import { LoadError } from "../../../components/states.tsx";
import { StatusBadge, words } from "../../../components/status-badge.tsx";
import { Dialog } from "../../../components/ui/dialog.tsx";
import { Skeleton } from "../../../components/ui/skeleton.tsx";
import { useTRPC, useTRPCClient } from "../../../trpc/api-provider.tsx";
import type { RouterInputs, RouterOutputs } from "../../../trpc/operator-router.ts";

export type ReprocessScope = RouterInputs["webhook"]["reprocess"]["scope"];
type Results = RouterOutputs["webhook"]["reprocess"]["results"];

/** Says how many webhooks it concerns, asks why, and then tells what became of each. */
export function ReprocessDialog({
  scope,
  onClose,
}: {
  scope: ReprocessScope;
  onClose: () => void;
}) {
  const trpc = useTRPC();
  const api = useTRPCClient();
  const cache = useQueryClient();
  const [results, setResults] = useState<Results>();
  // The first dialog closes itself when it is done; the second stays until it has been read.
  const isAsked = useRef(false);
  const preview = useQuery(trpc.webhook.previewReprocess.queryOptions({ scope }, { staleTime: 0 }));
  if (results !== undefined) return <ResultDialog results={results} onClose={onClose} />;
  const count = preview.data?.willRequest ?? 0;
  return (
    <ActionDialog
      open
      onOpenChange={(isOpen) => {
        if (!isOpen && !isAsked.current) onClose();
      }}
      intent={`reprocess ${JSON.stringify(scope)}`}
      title="Process webhooks again"
      reason="required"
      confirmLabel={count === 1 ? "Process it again" : `Process ${count} again`}
      disabled={count === 0}
      act={{
        input: ({ reason, idempotencyKey }) => ({ scope, reason, idempotencyKey }),
        send: async (input) => {
          const answer = await api.webhook.reprocess.mutate(input);
          isAsked.current = true;
          setResults(answer.results);
        },
      }}
      done="Asked for"
      onDone={() => cache.invalidateQueries({ queryKey: trpc.webhook.pathKey() })}
    >
      {preview.error !== null && (
        <LoadError error={preview.error} onRetry={() => void preview.refetch()} />
      )}
      {preview.isPending && <Skeleton className="h-16" />}
      {preview.data !== undefined && <Preview {...preview.data} />}
      <p className="text-sm text-ink-soft">
        Each object is read back from Revio, and what Revio says now is acted upon. What is booked
        already stays as it is.
      </p>
    </ActionDialog>
  );
}

function Preview(preview: RouterOutputs["webhook"]["previewReprocess"]) {
  const { matching, countedUpTo, willRequest, notEligible, byKind } = preview;
  return (
    <div className="flex flex-col gap-2 text-sm">
      <p>
        <strong className="tabular">{willRequest}</strong> of{" "}
        <span className="tabular">
          {matching}
          {matching >= countedUpTo && "+"}
        </span>{" "}
        will be processed again
        {willRequest + notEligible < matching && ", the newest first; the rest needs another go"}.
        {notEligible > 0 && ` ${notEligible} cannot be now.`}
      </p>
      <ul className="flex max-h-48 flex-col gap-1 overflow-y-auto">
        {byKind.map(({ state, eventType, count }) => (
          <li key={`${state} ${eventType}`} className="flex items-center justify-between gap-3">
            <span className="min-w-0 truncate">{eventType}</span>
            <span className="flex items-center gap-3">
              <StatusBadge of="provider_event" status={state} />
              <span className="tabular w-12 text-right">{count}</span>
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

const meanings: Record<Results[number]["result"], string> = {
  requested: "will be processed again",
  already_waiting: "waited for that already",
  first_time_under_way: "is being processed for the first time",
  unknown: "there is no such webhook",
};

function ResultDialog({ results, onClose }: { results: Results; onClose: () => void }) {
  const asked = results.filter(({ result }) => result === "requested").length;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`${asked} of ${results.length} will be processed again`}
      description="They start one after the other. Each webhook's page tells what came of it."
      wide
    >
      <ul className="flex flex-col gap-1 text-sm">
        {results.map(({ providerEventId, result }) => (
          <li key={providerEventId} className="flex flex-wrap justify-between gap-x-4">
            <a href={`/webhooks/${providerEventId}`} className="font-mono text-xs text-accent">
              {providerEventId}
            </a>
            <span className={result === "requested" ? "" : "text-warn"}>
              {words(result)}: {meanings[result]}
            </span>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
