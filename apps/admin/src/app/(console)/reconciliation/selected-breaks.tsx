"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useMay, useSession } from "../../../auth/session-provider.tsx";
import { ActionDialog } from "../../../components/act/action-dialog.tsx";
import { Money } from "../../../components/money.tsx";
import { Button } from "../../../components/ui/button.tsx";
import { Dialog } from "../../../components/ui/dialog.tsx";
import { useTRPC, useTRPCClient } from "../../../trpc/api-provider.tsx";
import type { RouterOutputs } from "../../../trpc/operator-router.ts";
import { type BreakRow, sideOf } from "./break-words.ts";

type Results = RouterOutputs["break"]["assignMany"];

/** What is chosen: how many, what is at stake, the running difference of both sides, and what can be done with all of it. */
export function SelectedBreaks({ breaks, onDone }: { breaks: BreakRow[]; onDone: () => void }) {
  const mayLink = useMay("breaks.link");
  const [linking, setLinking] = useState(false);
  const [assigning, setAssigning] = useState(false);
  const [results, setResults] = useState<Results | null>(null);
  const sum = (side: "theirs" | "ours") =>
    breaks.reduce(
      (total, one) => total + (sideOf(one) === side ? (one.amountMinor ?? 0n) : 0n),
      0n,
    );
  const atStake = breaks.reduce((total, one) => total + (one.amountMinor ?? 0n), 0n);
  const isOneSided = breaks.some((one) => sideOf(one) === undefined);
  const difference = sum("theirs") - sum("ours");
  const isEven = !isOneSided && breaks.length > 1 && difference === 0n && sum("ours") > 0n;
  return (
    <div
      role="region"
      aria-label="Chosen breaks"
      className="sticky top-14 z-10 mb-3 flex flex-wrap items-center gap-x-5 gap-y-2 rounded-xl border bg-raised px-4 py-2.5 text-sm shadow-sm"
    >
      <span>
        <span className="font-semibold tabular">{breaks.length}</span> chosen,{" "}
        <Money amountMinor={atStake} currency="ZAR" /> at stake
      </span>
      {!isOneSided && (
        <span aria-live="polite">
          Revio <Money amountMinor={sum("theirs")} currency="ZAR" /> · ledger{" "}
          <Money amountMinor={sum("ours")} currency="ZAR" /> · difference{" "}
          <Money
            amountMinor={difference}
            currency="ZAR"
            className={difference === 0n ? "font-semibold text-good" : "font-semibold text-bad"}
          />
        </span>
      )}
      <span className="flex-1" />
      <Button size="sm" onClick={() => setAssigning(true)}>
        Take care of them
      </Button>
      {mayLink && (
        <Button
          size="sm"
          look="primary"
          disabled={!isEven}
          title={isEven ? undefined : "Both sides have to come out even, to the cent"}
          onClick={() => setLinking(true)}
        >
          Link
        </Button>
      )}
      <AssignDialog
        breaks={breaks}
        open={assigning}
        onOpenChange={setAssigning}
        onResults={setResults}
      />
      <LinkDialog breaks={breaks} open={linking} onOpenChange={setLinking} onDone={onDone} />
      <ResultsDialog
        results={results}
        onClose={() => {
          setResults(null);
          onDone();
        }}
      />
    </div>
  );
}

function AssignDialog({
  breaks,
  open,
  onOpenChange,
  onResults,
}: {
  breaks: BreakRow[];
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onResults: (results: Results) => void;
}) {
  const api = useTRPCClient();
  const trpc = useTRPC();
  const cache = useQueryClient();
  const { operatorId } = useSession();
  const taken = breaks.filter(({ ownerId }) => ownerId !== null && ownerId !== operatorId).length;
  return (
    <ActionDialog
      open={open}
      onOpenChange={onOpenChange}
      intent={`assign ${breaks.map(({ id }) => id).join(" ")}`}
      title={`Take care of ${breaks.length} breaks`}
      confirmLabel="Take them"
      reason="none"
      done="Done: see the results"
      act={{
        input: () => ({
          breaks: breaks.map(({ id, version }) => ({ breakId: id, version })),
          ownerId: operatorId,
        }),
        send: async (input) => onResults(await api.break.assignMany.mutate(input)),
      }}
      onDone={() => cache.invalidateQueries({ queryKey: trpc.break.pathKey() })}
    >
      <p className="text-sm">
        They will be yours.{" "}
        {taken > 0 && `${taken} of them are somebody else's now, and are taken over.`}
      </p>
    </ActionDialog>
  );
}

function LinkDialog({
  breaks,
  open,
  onOpenChange,
  onDone,
}: {
  breaks: BreakRow[];
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onDone: () => void;
}) {
  const api = useTRPCClient();
  const trpc = useTRPC();
  const cache = useQueryClient();
  return (
    <ActionDialog
      open={open}
      onOpenChange={onOpenChange}
      intent={`link ${breaks.map(({ id }) => id).join(" ")}`}
      title={`Link ${breaks.length} breaks`}
      confirmLabel="Link"
      reason="required"
      done="Linked"
      act={{
        input: ({ reason, idempotencyKey }) => ({
          breaks: breaks.map(({ id, version }) => ({ breakId: id, version })),
          reason,
          idempotencyKey,
        }),
        send: (input) => api.break.resolveMatch.mutate(input),
      }}
      onDone={async () => {
        onDone();
        await cache.invalidateQueries({ queryKey: trpc.break.pathKey() });
      }}
    >
      <p className="text-sm">
        What only Revio has is said to be what only the ledger has. All of them are resolved;
        nothing is posted. It cannot be undone.
      </p>
    </ActionDialog>
  );
}

function ResultsDialog({ results, onClose }: { results: Results | null; onClose: () => void }) {
  return (
    <Dialog
      open={results !== null}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title="What came of it"
      wide
    >
      <ul className="flex flex-col gap-2 text-sm">
        {results?.map(({ breakId, outcome, why }) => (
          <li key={breakId} className="flex flex-wrap gap-3">
            <code className="font-mono text-xs">{breakId.slice(0, 8)}</code>
            <span className={outcome === "done" ? "text-good" : "text-bad"}>
              {outcome === "done" ? "Done" : "Not eligible"}
            </span>
            {why !== null && <span className="text-ink-soft">{why}</span>}
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
