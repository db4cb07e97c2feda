"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ActionDialog } from "../../../components/act/action-dialog.tsx";
import { LoadError } from "../../../components/states.tsx";
import { words } from "../../../components/status-badge.tsx";
import { Time } from "../../../components/time.tsx";
import { Button } from "../../../components/ui/button.tsx";
import { Card } from "../../../components/ui/card.tsx";
import { useTRPC, useTRPCClient } from "../../../trpc/api-provider.tsx";

/** Invitations that nobody has accepted yet. */
export function OpenInvitations() {
  const trpc = useTRPC();
  const api = useTRPCClient();
  const cache = useQueryClient();
  const query = useQuery(trpc.invite.list.queryOptions());
  const [revoking, setRevoking] = useState<string | null>(null);
  if (query.error !== null) {
    return <LoadError error={query.error} onRetry={() => void query.refetch()} />;
  }
  if (query.data === undefined || query.data.length === 0) return null;
  return (
    <Card title="Open invitations" className="mt-4">
      <ul className="flex flex-col gap-3">
        {query.data.map(({ id, email, displayName, role, invitedByName, expiresAt }) => (
          <li key={id} className="flex flex-wrap items-center gap-3 text-sm">
            <div className="min-w-0 flex-1">
              <div className="truncate font-medium">
                {displayName}, {email}
              </div>
              <div className="text-xs text-ink-soft">
                {words(role)} · invited by {invitedByName ?? "the first command"} · good until{" "}
                <Time at={expiresAt} />
              </div>
            </div>
            <Button size="sm" onClick={() => setRevoking(email)}>
              Take back
            </Button>
          </li>
        ))}
      </ul>
      <ActionDialog
        open={revoking !== null}
        onOpenChange={(open) => {
          if (!open) setRevoking(null);
        }}
        intent={`revoke invitation ${revoking}`}
        title="Take the invitation back"
        confirmLabel="Take it back"
        look="danger"
        reason="none"
        done="Taken back"
        act={{
          input: () => ({ email: revoking ?? "" }),
          send: (input) => api.invite.revoke.mutate(input),
        }}
        onDone={() => cache.invalidateQueries({ queryKey: trpc.invite.pathKey() })}
      >
        <p className="text-sm wrap-anywhere">
          The link of {revoking} is good for nothing from now on.
        </p>
      </ActionDialog>
    </Card>
  );
}
