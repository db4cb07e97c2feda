"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import type { ReactNode } from "react";
import { Copyable, shortId } from "../../../../../components/copyable.tsx";
import { Facts } from "../../../../../components/facts.tsx";
import { Money } from "../../../../../components/money.tsx";
import { PageHeader } from "../../../../../components/page-header.tsx";
import { LoadError } from "../../../../../components/states.tsx";
import { StatusBadge, words } from "../../../../../components/status-badge.tsx";
import { Time } from "../../../../../components/time.tsx";
import { Badge } from "../../../../../components/ui/badge.tsx";
import { Card } from "../../../../../components/ui/card.tsx";
import { Skeleton } from "../../../../../components/ui/skeleton.tsx";
import { useTRPC } from "../../../../../trpc/api-provider.tsx";
import type { BreakDetails } from "../../break-words.ts";
import { BreakActions } from "./break-actions.tsx";
import { BreakNotes } from "./break-notes.tsx";
import { Comparison } from "./comparison.tsx";

/** One break: both sides, why it needs a person, what can be done, and what was found out. */
export function BreakView({ id }: { id: string }) {
  const trpc = useTRPC();
  const query = useQuery(trpc.break.get.queryOptions({ breakId: id }, { refetchInterval: 15_000 }));
  if (query.isPending) return <Skeleton className="h-64" />;
  if (query.data === undefined) {
    return <LoadError error={query.error} onRetry={() => void query.refetch()} />;
  }
  const found = query.data;
  return (
    <>
      <PageHeader
        above={<Link href="/reconciliation">Reconciliation</Link>}
        title={
          <>
            {words(found.class)} <StatusBadge of="severity" status={found.severity} />
            <StatusBadge of="break" status={found.state} />
          </>
        }
        description={
          <span className="flex flex-wrap items-center gap-2">
            <Badge>{words(found.why)}</Badge>
            <Copyable text={found.subject} />
          </span>
        }
        actions={found.state === "open" && <BreakActions found={found} />}
      />
      <div className="flex flex-col gap-4">
        {found.openApprovalId !== null && (
          <p role="status" className="rounded-md bg-info-soft px-3 py-2 text-sm text-info">
            A correction is proposed and waits for a decision:{" "}
            <Link className="font-medium underline" href={`/approvals/${found.openApprovalId}`}>
              look at it
            </Link>
            .
          </p>
        )}
        <Card title="What is known">
          <Facts facts={factsOf(found)} />
        </Card>
        <Comparison found={found} />
        <BreakNotes found={found} />
      </div>
    </>
  );
}

function factsOf(found: BreakDetails): [string, ReactNode][] {
  const facts: [string, ReactNode][] = [
    ["Id", <Copyable key="id" text={found.id} shown={shortId(found.id)} />],
    [
      "At stake",
      found.amountMinor !== null && found.currency !== null ? (
        <Money amountMinor={found.amountMinor} currency={found.currency} />
      ) : (
        "It cannot be told"
      ),
    ],
    ["Owner", found.ownerName ?? "Nobody"],
    ["Opened", <Time key="o" at={found.openedAt} />],
    ["Last seen", <Time key="l" at={found.lastSeenAt} />],
    ["Found by", words(found.openedBy)],
  ];
  if (found.transactionId !== null) {
    facts.push([
      "Transaction",
      <Link key="t" className="text-accent underline" href={`/transactions/${found.transactionId}`}>
        {shortId(found.transactionId)}
      </Link>,
    ]);
  }
  if (found.resolution !== null && found.resolvedAt !== null) {
    facts.push(
      ["Resolved by", words(found.resolution)],
      ["Resolved", <Time key="r" at={found.resolvedAt} />],
    );
  }
  if (found.approvalId !== null) {
    facts.push([
      "Approval",
      <Link key="a" className="text-accent underline" href={`/approvals/${found.approvalId}`}>
        {shortId(found.approvalId)}
      </Link>,
    ]);
  }
  if (found.matchId !== null) {
    facts.push(["Link", <Copyable key="m" text={found.matchId} shown={shortId(found.matchId)} />]);
  }
  if (found.runs.length > 0) {
    facts.push([
      "Seen by runs",
      found.runs.map(({ id, kind }) => (
        <Link key={id} className="mr-2 text-accent underline" href={`/reconciliation/runs/${id}`}>
          {words(kind)} {shortId(id)}
        </Link>
      )),
    ]);
  }
  for (const [name, value] of Object.entries(found.evidence)) {
    if (value !== null) facts.push([`Evidence: ${words(name).toLowerCase()}`, String(value)]);
  }
  return facts;
}
