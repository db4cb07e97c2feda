"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { Copyable } from "../../../../components/copyable.tsx";
import { PageHeader } from "../../../../components/page-header.tsx";
import { LoadError } from "../../../../components/states.tsx";
import { StatusBadge } from "../../../../components/status-badge.tsx";
import { Skeleton } from "../../../../components/ui/skeleton.tsx";
import { Tabs } from "../../../../components/ui/tabs.tsx";
import { useTRPC } from "../../../../trpc/api-provider.tsx";
import { FrozenBadge } from "../users-list.tsx";
import { UserActions } from "./user-actions.tsx";
import { UserBankAccounts } from "./user-bank-accounts.tsx";
import { UserOverview } from "./user-overview.tsx";
import { UserSessions } from "./user-sessions.tsx";
import { UserStatement } from "./user-statement.tsx";

const parts = ["overview", "statement", "bank-accounts", "sessions"] as const;

const place = {
  part: parseAsStringLiteral(parts).withDefault("overview"),
  cursor: parseAsString,
  from: parseAsString,
  to: parseAsString,
};

export function UserPage({ userId }: { userId: string }) {
  const trpc = useTRPC();
  const query = useQuery(trpc.user.get.queryOptions({ userId }));
  const [{ part }, setPlace] = useQueryStates(place, { history: "push" });
  const user = query.data;
  return (
    <>
      <PageHeader
        above={<Link href="/users">Users</Link>}
        title={
          <>
            {user === undefined ? "User" : (user.contact?.fullName ?? "User who cannot be named")}
            {user !== undefined && <StatusBadge of="user" status={user.status} />}
            {user !== undefined && user.outgoingFrozenAt !== null && <FrozenBadge />}
          </>
        }
        description={<Copyable text={userId} label="Copy user id" />}
        actions={user !== undefined && <UserActions user={user} />}
      />
      {user === undefined && query.isPending && <Skeleton className="h-64" />}
      {user === undefined && query.error !== null && (
        <LoadError error={query.error} onRetry={() => void query.refetch()} />
      )}
      {user !== undefined && (
        <Tabs
          value={part}
          // Page and period belong to the list that is left.
          onChange={(next) =>
            void setPlace({ part: next as typeof part, cursor: null, from: null, to: null })
          }
          tabs={[
            { value: "overview", label: "Overview", content: <UserOverview user={user} /> },
            {
              value: "statement",
              label: "Statement",
              content: <UserStatement userId={userId} />,
            },
            {
              value: "bank-accounts",
              label: "Bank accounts",
              content: <UserBankAccounts userId={userId} />,
            },
            { value: "sessions", label: "Sessions", content: <UserSessions userId={userId} /> },
          ]}
        />
      )}
    </>
  );
}
