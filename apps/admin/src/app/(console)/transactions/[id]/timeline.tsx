"use client";
import { useQuery } from "@tanstack/react-query";
import {
  ArrowLeftRight,
  BookOpenText,
  CircleAlert,
  CircleDot,
  Cog,
  Inbox,
  ListTodo,
  type LucideIcon,
  MessageSquare,
  Send,
  UserCog,
} from "lucide-react";
import Link from "next/link";
import { parseAsArrayOf, parseAsStringLiteral, useQueryState } from "nuqs";
import { cn } from "../../../../class-names.ts";
import { Copyable } from "../../../../components/copyable.tsx";
import { words } from "../../../../components/status-badge.tsx";
import { LoadError, NoMatch } from "../../../../components/states.tsx";
import { Time } from "../../../../components/time.tsx";
import { Button } from "../../../../components/ui/button.tsx";
import { Card } from "../../../../components/ui/card.tsx";
import { Skeleton } from "../../../../components/ui/skeleton.tsx";
import { useTRPC } from "../../../../trpc/api-provider.tsx";
import type { RouterOutputs } from "../../../../trpc/operator-router.ts";

type Entry = RouterOutputs["transaction"]["timeline"]["entries"][number];

const kinds = [
  "request",
  "status",
  "journal_entry",
  "provider_call",
  "provider_event",
  "job",
  "approval",
  "break",
  "operator_action",
  "note",
] as const satisfies readonly Entry["kind"][];

const icons: Record<Entry["kind"], LucideIcon> = {
  request: Inbox,
  status: CircleDot,
  journal_entry: BookOpenText,
  provider_call: Send,
  provider_event: ArrowLeftRight,
  job: Cog,
  approval: ListTodo,
  break: CircleAlert,
  operator_action: UserCog,
  note: MessageSquare,
};

const pages: Record<string, (id: string) => string> = {
  journal_entry: (id) => `/ledger/entries/${id}`,
  provider_event: (id) => `/webhooks/${id}`,
  approval: (id) => `/approvals/${id}`,
  break: (id) => `/reconciliation/breaks/${id}`,
  audit_event: (id) => `/audit/${id}`,
  job: (id) => `/jobs/${id}`,
};

/** Everything that happened to it in one list. */
export function Timeline({ transactionId }: { transactionId: string }) {
  const trpc = useTRPC();
  const query = useQuery(
    trpc.transaction.timeline.queryOptions({ transactionId }, { refetchInterval: 15_000 }),
  );
  const [chosen, choose] = useQueryState("kinds", parseAsArrayOf(parseAsStringLiteral(kinds)));
  const entries = query.data?.entries;
  const present = kinds.filter((kind) => entries?.some((entry) => entry.kind === kind));
  const shown = entries?.filter(({ kind }) => chosen === null || chosen.includes(kind)) ?? [];
  const toggle = (kind: Entry["kind"]) => {
    const now = chosen ?? [];
    const next = now.includes(kind) ? now.filter((one) => one !== kind) : [...now, kind];
    void choose(next.length === 0 ? null : next);
  };
  return (
    <Card
      bare
      title="What happened"
      actions={
        <div role="group" aria-label="Only these" className="flex flex-wrap gap-1">
          {present.map((kind) => (
            <Button
              key={kind}
              size="sm"
              look="ghost"
              aria-pressed={chosen?.includes(kind) ?? false}
              className={cn(chosen?.includes(kind) && "bg-accent-soft text-accent")}
              onClick={() => toggle(kind)}
            >
              {words(kind)}
            </Button>
          ))}
        </div>
      }
    >
      {entries === undefined &&
        (query.isPending ? (
          <div role="status" aria-label="Loading" className="flex flex-col gap-3 p-4">
            <Skeleton className="h-10" />
            <Skeleton className="h-10" />
            <Skeleton className="h-10" />
          </div>
        ) : (
          <LoadError error={query.error} onRetry={() => void query.refetch()} />
        ))}
      {entries !== undefined && shown.length === 0 && <NoMatch onClear={() => void choose(null)} />}
      <ol aria-label="Timeline">
        {shown.map((entry) => (
          <TimelineEntry key={entry.id} entry={entry} />
        ))}
      </ol>
    </Card>
  );
}

function TimelineEntry({ entry }: { entry: Entry }) {
  const { kind, at, actor, reason, requestId, link, details } = entry;
  const of = details["eventType"] ?? details["queue"];
  const line = typeof of === "string" ? `${entry.words}: ${of}` : entry.words;
  const Icon = icons[kind];
  const page = link === null ? undefined : pages[link.noun];
  const told = Object.entries(details).filter(
    ([name, value]) => value !== null && name !== "from" && name !== "to",
  );
  return (
    <li className="flex gap-3 border-b px-4 py-2.5 last:border-b-0">
      <Icon className="mt-0.5 size-4 shrink-0 text-ink-faint" aria-hidden />
      <div className="min-w-0 flex-1">
        <div className="flex flex-wrap items-baseline justify-between gap-x-4">
          <p className="min-w-0 font-medium wrap-anywhere">
            {page === undefined || link === null ? (
              line
            ) : (
              <Link href={page(link.id)} className="text-accent">
                {line}
              </Link>
            )}
          </p>
          <span className="text-xs text-ink-soft">
            <Time at={at} />
          </span>
        </div>
        {reason !== null && (
          <p className="mt-0.5 max-w-prose whitespace-pre-wrap wrap-anywhere">“{reason}”</p>
        )}
        <div className="mt-0.5 flex flex-wrap items-center gap-x-3 text-xs text-ink-soft">
          <span>
            {words(kind)} · {actorWords(actor)}
          </span>
          {requestId !== null && (
            <Copyable text={requestId} shown={requestId.slice(0, 12)} label="Copy request id" />
          )}
        </div>
        {told.length > 0 && (
          <details className="mt-0.5 text-xs text-ink-soft">
            <summary className="w-fit py-0.5">Details</summary>
            <dl className="mt-1 grid grid-cols-[auto_1fr] gap-x-4 gap-y-0.5">
              {told.map(([name, value]) => (
                <div key={name} className="contents">
                  <dt>{detailName(name)}</dt>
                  <dd className="font-mono wrap-anywhere">{String(value)}</dd>
                </div>
              ))}
            </dl>
          </details>
        )}
      </div>
    </li>
  );
}

function actorWords({ kind, name }: Entry["actor"]): string {
  if (kind === "operator") return name ?? "An operator";
  return { user: "The user", system: "The system", provider: "Revio" }[kind];
}

/** "providerStatus" → "Provider status" */
function detailName(name: string): string {
  return words(name.replaceAll(/([A-Z])/g, " $1").toLowerCase());
}
