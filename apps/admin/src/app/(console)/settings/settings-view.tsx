"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { type ReactNode, useState } from "react";
import { Facts } from "../../../components/facts.tsx";
import { Money } from "../../../components/money.tsx";
import { LoadError } from "../../../components/states.tsx";
import { words } from "../../../components/status-badge.tsx";
import { Badge } from "../../../components/ui/badge.tsx";
import { Button } from "../../../components/ui/button.tsx";
import { Card } from "../../../components/ui/card.tsx";
import { Skeleton } from "../../../components/ui/skeleton.tsx";
import { useTRPC } from "../../../trpc/api-provider.tsx";
import { useMayRequest } from "../approvals/use-may-request.ts";
import { ChangesList } from "../changes-list.tsx";
import { ChangeLimits } from "./change-limits.tsx";
import { ChangeRight } from "./change-right.tsx";
import type { ApprovalRight, Limits } from "./setting-words.ts";

/** Limits of transactions, and up to which amount a role may decide. */
export function SettingsView() {
  const trpc = useTRPC();
  const query = useQuery(trpc.setting.get.queryOptions());
  const [limits, setLimits] = useState<Limits | null>(null);
  const [right, setRight] = useState<ApprovalRight | null>(null);
  if (query.isPending) return <Skeleton className="h-64" />;
  if (query.data === undefined) {
    return <LoadError error={query.error} onRetry={() => void query.refetch()} />;
  }
  return (
    <div className="flex flex-col gap-4">
      {query.data.limits.map((each) => (
        <Setting
          key={each.target}
          title={`Limits of a ${each.kind}, ${each.currency}`}
          openApprovalId={each.openApprovalId}
          changes={each.changes}
          onChange={() => setLimits(each)}
        >
          <Facts facts={factsOf(each)} />
        </Setting>
      ))}
      <Rights rights={query.data.approvalRights} onChange={setRight} />
      {limits !== null && <ChangeLimits limits={limits} onClose={() => setLimits(null)} />}
      {right !== null && <ChangeRight right={right} onClose={() => setRight(null)} />}
    </div>
  );
}

/** One row per kind of approval and role. */
function Rights({
  rights,
  onChange,
}: {
  rights: readonly ApprovalRight[];
  onChange: (right: ApprovalRight) => void;
}) {
  return (
    <Card title="Up to which amount a role decides">
      <ul className="flex flex-col divide-y">
        {rights.map((each) => {
          const name = `${words(each.kind)}: ${words(each.role).toLowerCase()}`;
          return (
            <li key={each.target} className="py-2.5 text-sm">
              <div className="flex flex-wrap items-center gap-3">
                <span className="min-w-0 flex-1 font-medium">{name}</span>
                {each.maxAmountMinor === null ? (
                  <span className="text-ink-soft">Any amount</span>
                ) : (
                  <Money amountMinor={each.maxAmountMinor} currency="ZAR" />
                )}
                <AskToChange
                  title={name}
                  openApprovalId={each.openApprovalId}
                  onChange={() => onChange(each)}
                />
              </div>
              <History changes={each.changes} />
            </li>
          );
        })}
      </ul>
    </Card>
  );
}

function Setting({
  title,
  openApprovalId,
  changes,
  onChange,
  children,
}: {
  title: string;
  openApprovalId: string | null;
  changes: Limits["changes"];
  onChange: () => void;
  children: ReactNode;
}) {
  return (
    <Card
      title={title}
      actions={<AskToChange title={title} openApprovalId={openApprovalId} onChange={onChange} />}
    >
      {children}
      <History changes={changes} />
    </Card>
  );
}

function AskToChange({
  title,
  openApprovalId,
  onChange,
}: {
  title: string;
  openApprovalId: string | null;
  onChange: () => void;
}) {
  const mayAsk = useMayRequest("setting_change");
  if (openApprovalId !== null) {
    return (
      <Link href={`/approvals/${openApprovalId}`} className="underline">
        <Badge tone="warn">A change waits for a decision</Badge>
      </Link>
    );
  }
  if (!mayAsk) return null;
  return (
    <Button size="sm" onClick={onChange} aria-label={`Change: ${title}`}>
      Change
    </Button>
  );
}

function History({ changes }: { changes: Limits["changes"] }) {
  if (changes.length === 0) return null;
  return (
    <details className="mt-2 text-sm">
      <summary className="cursor-pointer text-ink-soft">
        Version {changes[0]?.version}: what was changed
      </summary>
      <div className="mt-2">
        <ChangesList changes={changes} />
      </div>
    </details>
  );
}

function factsOf(limits: Limits): [string, ReactNode][] {
  const money = (amountMinor: bigint) => (
    <Money amountMinor={amountMinor} currency={limits.currency} />
  );
  return [
    ["Smallest amount", money(limits.minAmountMinor)],
    ["Largest amount", money(limits.maxAmountMinor)],
    ["Most in a day", money(limits.maxPerDayMinor)],
    ["Number in a day", String(limits.maxCountPerDay)],
    ...(limits.kind === "withdrawal"
      ? ([
          [
            "Approval above",
            limits.approvalAboveMinor === null ? "Never" : money(limits.approvalAboveMinor),
          ],
        ] satisfies [string, ReactNode][])
      : []),
    ["Fee", money(limits.feeMinor)],
  ];
}
