"use client";
import { useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useState } from "react";
import { useMay } from "../../../../../auth/session-provider.tsx";
import { ActionDialog } from "../../../../../components/act/action-dialog.tsx";
import { shortId } from "../../../../../components/copyable.tsx";
import { Money } from "../../../../../components/money.tsx";
import { Badge } from "../../../../../components/ui/badge.tsx";
import { Button } from "../../../../../components/ui/button.tsx";
import { Card } from "../../../../../components/ui/card.tsx";
import { useTRPCClient } from "../../../../../trpc/api-provider.tsx";
import type { RouterOutputs } from "../../../../../trpc/operator-router.ts";
import type { BreakDetails } from "../../break-words.ts";

type Candidate = RouterOutputs["break"]["compare"]["candidates"][number];

/** What may be the other side, how sure that is, and why. */
export function Candidates({
  found,
  candidates,
}: {
  found: BreakDetails;
  candidates: Candidate[];
}) {
  const mayLink = useMay("breaks.link");
  const [chosen, setChosen] = useState<Candidate | null>(null);
  return (
    <Card title="What may belong to it">
      <ul className="flex flex-col gap-3 text-sm">
        {candidates.map((candidate) => (
          <li key={candidate.subject} className="flex flex-wrap items-center gap-3">
            <Badge tone="info">{candidate.score} of 100</Badge>
            <span className="min-w-0 flex-1">
              <Link className="block truncate text-accent underline" href={hrefOf(candidate)}>
                {candidate.subject}
              </Link>
              <span className="text-xs text-ink-soft">{candidate.why.join(", ")}</span>
            </span>
            {candidate.amountMinor !== null && candidate.currency !== null && (
              <Money amountMinor={candidate.amountMinor} currency={candidate.currency} />
            )}
            {mayLink &&
              found.actions.includes("link") &&
              found.openApprovalId === null &&
              candidate.breakId !== null && (
                <Button
                  size="sm"
                  aria-label={`Link with ${candidate.subject}`}
                  onClick={() => setChosen(candidate)}
                >
                  Link
                </Button>
              )}
          </li>
        ))}
      </ul>
      <LinkDialog found={found} candidate={chosen} onClose={() => setChosen(null)} />
    </Card>
  );
}

function hrefOf({ breakId, transactionId }: Candidate): string {
  return breakId === null
    ? `/transactions/${transactionId ?? ""}`
    : `/reconciliation/breaks/${breakId}`;
}

function LinkDialog({
  found,
  candidate,
  onClose,
}: {
  found: BreakDetails;
  candidate: Candidate | null;
  onClose: () => void;
}) {
  const api = useTRPCClient();
  const cache = useQueryClient();
  return (
    <ActionDialog
      open={candidate !== null}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      intent={`link ${found.id} ${candidate?.breakId}`}
      title="Link these two"
      confirmLabel="Link"
      reason="required"
      done="Linked"
      act={{
        input: ({ reason, idempotencyKey }) => ({
          breaks: [
            { breakId: found.id, version: found.version },
            { breakId: candidate?.breakId ?? "", version: candidate?.version ?? 1 },
          ],
          reason,
          idempotencyKey,
        }),
        send: (input) => api.break.resolveMatch.mutate(input),
      }}
      onDone={() => cache.invalidateQueries()}
    >
      <p className="text-sm wrap-anywhere">
        {found.subject} is said to be {candidate?.subject}. Both breaks are resolved; nothing is
        posted, and it cannot be undone. Break {shortId(found.id)} and{" "}
        {shortId(candidate?.breakId ?? "")}.
      </p>
    </ActionDialog>
  );
}
