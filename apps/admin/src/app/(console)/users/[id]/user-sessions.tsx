"use client";
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useMay } from "../../../../auth/session-provider.tsx";
import { ActionDialog } from "../../../../components/act/action-dialog.tsx";
import { DataList } from "../../../../components/list/data-list.tsx";
import type { Column } from "../../../../components/list/data-table.tsx";
import { useListParams } from "../../../../components/list/use-list-params.ts";
import { NothingYet } from "../../../../components/states.tsx";
import { words } from "../../../../components/status-badge.tsx";
import { Time } from "../../../../components/time.tsx";
import { Badge } from "../../../../components/ui/badge.tsx";
import { Button } from "../../../../components/ui/button.tsx";
import { useTRPC, useTRPCClient } from "../../../../trpc/api-provider.tsx";
import type { RouterOutputs } from "../../../../trpc/operator-router.ts";

type Session = RouterOutputs["user"]["sessions"]["items"][number];

function State({ isOpen, endReason }: Session) {
  if (isOpen) return <Badge tone="good">Open</Badge>;
  return <Badge>{words(endReason ?? "expired")}</Badge>;
}

export function UserSessions({ userId }: { userId: string }) {
  const trpc = useTRPC();
  const mayEnd = useMay("users.endSessions");
  const place = useListParams({});
  /** A session's id, or "all". */
  const [ending, setEnding] = useState<string | undefined>();
  const query = useQuery(
    trpc.user.sessions.queryOptions(
      { userId, ...(place.cursor !== null && { cursor: place.cursor }) },
      { placeholderData: keepPreviousData },
    ),
  );
  const columns: readonly Column<Session>[] = [
    {
      id: "device",
      header: "Device",
      cell: ({ userAgent }) => (
        <span className="block max-w-96 truncate" title={userAgent ?? undefined}>
          {userAgent ?? "Unknown"}
        </span>
      ),
    },
    { id: "state", header: "State", cell: (session) => <State {...session} /> },
    { id: "since", header: "Signed in", cell: ({ createdAt }) => <Time at={createdAt} /> },
    { id: "used", header: "Last used", cell: ({ lastUsedAt }) => <Time at={lastUsedAt} /> },
    {
      id: "ended",
      header: "Ended",
      cell: ({ endedAt }) => endedAt !== null && <Time at={endedAt} />,
    },
    {
      id: "end",
      header: "End it",
      cell: ({ id, isOpen }) =>
        mayEnd &&
        isOpen && (
          <Button size="sm" onClick={() => setEnding(id)}>
            End session
          </Button>
        ),
    },
  ];
  return (
    <>
      <DataList
        name="user-sessions"
        label="Sessions"
        query={query}
        columns={columns}
        rowKey={({ id }) => id}
        activeFilters={0}
        onClearFilters={place.clearFilters}
        cursor={place.cursor}
        onCursor={place.setCursor}
        tools={
          mayEnd && (
            <Button size="sm" onClick={() => setEnding("all")}>
              End all sessions
            </Button>
          )
        }
        nothingYet={<NothingYet title="Never signed in">Sessions come by signing in.</NothingYet>}
      />
      <EndSessions userId={userId} ending={ending} onClose={() => setEnding(undefined)} />
    </>
  );
}

function EndSessions({
  userId,
  ending,
  onClose,
}: {
  userId: string;
  ending: string | undefined;
  onClose: () => void;
}) {
  const trpc = useTRPC();
  const api = useTRPCClient();
  const cache = useQueryClient();
  const isAll = ending === "all";
  return (
    <ActionDialog
      open={ending !== undefined}
      onOpenChange={(isOpen) => !isOpen && onClose()}
      intent={`end sessions ${userId} ${ending ?? ""}`}
      title={isAll ? "End all sessions" : "End this session"}
      reason="required"
      confirmLabel={isAll ? "End all" : "End session"}
      look="danger"
      act={{
        input: ({ reason }) => ({
          userId,
          reason,
          ...(ending === undefined || isAll ? {} : { sessionId: ending }),
        }),
        send: (input) => api.user.revokeSessions.mutate(input),
      }}
      done={isAll ? "All sessions ended" : "Session ended"}
      onDone={() => cache.invalidateQueries({ queryKey: trpc.user.sessions.pathKey() })}
    >
      <p>
        {isAll ? "Every device of the user" : "This device"} is signed out at its next request.
        Money and transactions are not touched.
      </p>
    </ActionDialog>
  );
}
