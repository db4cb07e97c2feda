"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { Copyable } from "../../../../components/copyable.tsx";
import { Money } from "../../../../components/money.tsx";
import { PageHeader } from "../../../../components/page-header.tsx";
import { StatusBadge, words } from "../../../../components/status-badge.tsx";
import { LoadError } from "../../../../components/states.tsx";
import { Card } from "../../../../components/ui/card.tsx";
import { Skeleton } from "../../../../components/ui/skeleton.tsx";
import { Tabs } from "../../../../components/ui/tabs.tsx";
import { useTRPC } from "../../../../trpc/api-provider.tsx";
import { DoubleEntry } from "./double-entry.tsx";
import { InDoubt } from "./in-doubt.tsx";
import { ProviderObjects } from "./provider-objects.tsx";
import { Timeline } from "./timeline.tsx";
import { TransactionActions } from "./transaction-actions.tsx";
import { TransactionFacts } from "./transaction-facts.tsx";

const tabs = ["timeline", "ledger", "provider"] as const;

export function TransactionPage({ transactionId }: { transactionId: string }) {
  const trpc = useTRPC();
  const cache = useQueryClient();
  const query = useQuery(
    trpc.transaction.get.queryOptions({ transactionId }, { refetchInterval: 15_000 }),
  );
  const [tab, setTab] = useQueryState("tab", parseAsStringLiteral(tabs).withDefault("timeline"));
  const refresh = () => cache.invalidateQueries({ queryKey: trpc.transaction.pathKey() });
  const above = <Link href="/transactions">Transactions</Link>;
  if (query.data === undefined) {
    return query.isPending ? (
      <>
        <PageHeader above={above} title="Transaction" />
        <div role="status" aria-label="Loading" className="flex flex-col gap-4">
          <Skeleton className="h-40" />
          <Skeleton className="h-96" />
        </div>
      </>
    ) : (
      <>
        <PageHeader above={above} title="Transaction" />
        <Card>
          <LoadError error={query.error} onRetry={() => void query.refetch()} />
        </Card>
      </>
    );
  }
  const seen = query.data;
  const { transaction } = seen;
  return (
    <>
      <PageHeader
        above={above}
        title={
          <>
            <span>{words(transaction.kind)}</span>
            <Money amountMinor={transaction.amountMinor} currency={transaction.currency} />
            <StatusBadge of="transaction" status={transaction.status} />
          </>
        }
        description={<Copyable text={transaction.reference} label="Copy reference" />}
        actions={<TransactionActions seen={seen} onDone={refresh} />}
      />
      {query.error !== null && (
        <p role="alert" className="mb-3 rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">
          This may be old: the last look at it failed.
        </p>
      )}
      {transaction.status === "in_doubt" && <InDoubt seen={seen} />}
      <div className="flex flex-col gap-4">
        <TransactionFacts seen={seen} />
        <Tabs
          value={tab}
          onChange={(next) => void setTab(next as (typeof tabs)[number])}
          tabs={[
            {
              value: "timeline",
              label: "Timeline",
              content: <Timeline transactionId={transactionId} />,
            },
            {
              value: "ledger",
              label: "Double entry",
              content: <DoubleEntry transactionId={transactionId} />,
            },
            {
              value: "provider",
              label: `At Revio (${seen.attempts.length})`,
              content: <ProviderObjects attempts={seen.attempts} />,
            },
          ]}
        />
      </div>
    </>
  );
}
