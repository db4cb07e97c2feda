"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import type { ReactNode } from "react";
import { useMay, useSession } from "../../../../auth/session-provider.tsx";
import { Copyable } from "../../../../components/copyable.tsx";
import { Facts } from "../../../../components/facts.tsx";
import { PageHeader } from "../../../../components/page-header.tsx";
import { LoadError } from "../../../../components/states.tsx";
import { StatusBadge, words } from "../../../../components/status-badge.tsx";
import { Time } from "../../../../components/time.tsx";
import { Card } from "../../../../components/ui/card.tsx";
import { Skeleton } from "../../../../components/ui/skeleton.tsx";
import { useTRPC } from "../../../../trpc/api-provider.tsx";
import { ChangesList } from "../../changes-list.tsx";
import type { OperatorDetails } from "../operator-words.ts";
import { ChangeOperator } from "./change-operator.tsx";
import { SessionsOfOperator } from "./sessions-of-operator.tsx";

/** One operator: as what they work, how they sign in, what was changed of them, and by which two people. */
export function OperatorView({ id }: { id: string }) {
  const trpc = useTRPC();
  const mayManage = useMay("operators.manage");
  const { operatorId } = useSession();
  const query = useQuery(trpc.operator.get.queryOptions({ operatorId: id }));
  if (query.isPending) return <Skeleton className="h-64" />;
  if (query.data === undefined) {
    return <LoadError error={query.error} onRetry={() => void query.refetch()} />;
  }
  const operator = query.data;
  return (
    <>
      <PageHeader
        above={<Link href="/operators">Operators</Link>}
        title={
          <>
            <span className="wrap-anywhere">{operator.displayName}</span>{" "}
            <StatusBadge of="operator" status={operator.status} />
          </>
        }
        description={operator.id === operatorId ? "This is you." : words(operator.role)}
        actions={
          mayManage && operator.openApprovalId === null && <ChangeOperator operator={operator} />
        }
      />
      <div className="flex flex-col gap-4">
        {operator.openApprovalId !== null && (
          <p role="status" className="rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">
            A change waits for a decision:{" "}
            <Link className="font-medium underline" href={`/approvals/${operator.openApprovalId}`}>
              look at it
            </Link>
            .
          </p>
        )}
        <Card title="Account">
          <Facts facts={factsOf(operator)} />
        </Card>
        {mayManage && <SessionsOfOperator operatorId={id} />}
        <Card title="Changes">
          <ChangesList changes={operator.changes} />
        </Card>
      </div>
    </>
  );
}

function factsOf(operator: OperatorDetails): [string, ReactNode][] {
  const others = operator.accounts.filter(({ id }) => id !== operator.id);
  return [
    ["Id", <Copyable key="id" text={operator.id} />],
    ["Address", operator.email],
    ["Role", words(operator.role)],
    ["Passkeys", String(operator.passkeys)],
    ["Authenticator app", operator.hasTotp ? "Yes" : "No"],
    ["Since", <Time key="s" at={operator.createdAt} />],
    ["Last active", operator.lastActiveAt === null ? "Never" : <Time at={operator.lastActiveAt} />],
    [
      "Other accounts of the same person",
      others.length === 0
        ? "None"
        : others.map(({ id, email }) => (
            <Link key={id} className="block text-accent underline" href={`/operators/${id}`}>
              {email}
            </Link>
          )),
    ],
  ];
}
