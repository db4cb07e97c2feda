"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { MonitorSmartphone } from "lucide-react";
import { LoadError } from "../../../components/states.tsx";
import { Time } from "../../../components/time.tsx";
import { Badge } from "../../../components/ui/badge.tsx";
import { Button } from "../../../components/ui/button.tsx";
import { Card } from "../../../components/ui/card.tsx";
import { Skeleton } from "../../../components/ui/skeleton.tsx";
import { showDone } from "../../../components/ui/toasts.tsx";
import { useTRPC } from "../../../trpc/api-provider.tsx";

/** Where the operator is signed in. Ending a session works at its next request. */
export function OwnSessions() {
  const trpc = useTRPC();
  const cache = useQueryClient();
  const sessions = useQuery(trpc.session.list.queryOptions());
  const ended = {
    onSuccess: async () => {
      showDone("Signed out there");
      await cache.invalidateQueries({ queryKey: trpc.session.list.queryKey() });
    },
  };
  const revoke = useMutation(trpc.session.revoke.mutationOptions(ended));
  const revokeOthers = useMutation(trpc.session.revokeOthers.mutationOptions(ended));
  const others = sessions.data?.filter(({ isThisOne }) => !isThisOne) ?? [];
  return (
    <Card
      title="Sessions"
      actions={
        <Button
          size="sm"
          disabled={others.length === 0 || revokeOthers.isPending}
          onClick={() => revokeOthers.mutate(undefined)}
        >
          Sign out everywhere else
        </Button>
      }
    >
      {sessions.error !== null && (
        <LoadError error={sessions.error} onRetry={() => void sessions.refetch()} />
      )}
      {sessions.isPending && <Skeleton className="h-16" />}
      <ul className="flex flex-col gap-3">
        {sessions.data?.map((session) => (
          <li key={session.id} className="flex items-start gap-3">
            <MonitorSmartphone className="mt-0.5 size-4 shrink-0 text-ink-faint" aria-hidden />
            <div className="min-w-0 flex-1">
              <div className="truncate" title={session.userAgent ?? undefined}>
                {session.userAgent ?? "Unknown browser"}
              </div>
              <div className="text-xs text-ink-soft">
                {session.ipAddress ?? "unknown address"} · last used{" "}
                <Time at={session.lastUsedAt} />
              </div>
            </div>
            {session.isThisOne ? (
              <Badge tone="info">This one</Badge>
            ) : (
              <Button
                size="sm"
                disabled={revoke.isPending}
                onClick={() => revoke.mutate({ sessionId: session.id })}
              >
                Sign out
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}
