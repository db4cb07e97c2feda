"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ActionDialog } from "../../../../components/act/action-dialog.tsx";
import { LoadError } from "../../../../components/states.tsx";
import { Time } from "../../../../components/time.tsx";
import { Button } from "../../../../components/ui/button.tsx";
import { Card } from "../../../../components/ui/card.tsx";
import { Skeleton } from "../../../../components/ui/skeleton.tsx";
import { useTRPC, useTRPCClient } from "../../../../trpc/api-provider.tsx";

/** Where an operator is signed in; an administrator ends it, at its next request. */
export function SessionsOfOperator({ operatorId }: { operatorId: string }) {
  const trpc = useTRPC();
  const api = useTRPCClient();
  const cache = useQueryClient();
  const query = useQuery(trpc.operator.listSessions.queryOptions({ operatorId }));
  const [ending, setEnding] = useState<string | null>(null);
  return (
    <Card
      title="Sessions"
      actions={
        query.data !== undefined &&
        query.data.length > 0 && (
          <Button size="sm" onClick={() => setEnding("all")}>
            End all
          </Button>
        )
      }
    >
      {query.isPending && <Skeleton className="h-10" />}
      {query.error !== null && (
        <LoadError error={query.error} onRetry={() => void query.refetch()} />
      )}
      {query.data?.length === 0 && (
        <p className="text-sm text-ink-soft">They are signed in nowhere.</p>
      )}
      <ul className="flex flex-col gap-3 text-sm">
        {query.data?.map(({ id, userAgent, ipAddress, lastUsedAt }) => (
          <li key={id} className="flex items-center gap-3">
            <div className="min-w-0 flex-1">
              <div className="truncate">{userAgent ?? "Unknown browser"}</div>
              <div className="text-xs text-ink-soft">
                {ipAddress ?? "unknown address"} · last used <Time at={lastUsedAt} />
              </div>
            </div>
            <Button size="sm" onClick={() => setEnding(id)}>
              End
            </Button>
          </li>
        ))}
      </ul>
      <ActionDialog
        open={ending !== null}
        onOpenChange={(open) => {
          if (!open) setEnding(null);
        }}
        intent={`end sessions ${operatorId} ${ending}`}
        title={ending === "all" ? "End all of their sessions" : "End this session"}
        confirmLabel="End"
        look="danger"
        reason="required"
        done="Ended"
        act={{
          input: ({ reason }) => ({
            operatorId,
            reason,
            ...(ending === null || ending === "all" ? {} : { sessionId: ending }),
          }),
          send: (input) => api.operator.revokeSessions.mutate(input),
        }}
        onDone={() => cache.invalidateQueries({ queryKey: trpc.operator.pathKey() })}
      >
        <p className="text-sm">It is over at its next request. They can sign in again.</p>
      </ActionDialog>
    </Card>
  );
}
