"use client";
import { useQuery } from "@tanstack/react-query";
import { CircleDashed, ShieldAlert, ShieldCheck } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { Copyable } from "../../../../components/copyable.tsx";
import { Facts } from "../../../../components/facts.tsx";
import { PageHeader } from "../../../../components/page-header.tsx";
import { LoadError } from "../../../../components/states.tsx";
import { words } from "../../../../components/status-badge.tsx";
import { Time } from "../../../../components/time.tsx";
import { Badge } from "../../../../components/ui/badge.tsx";
import { Card } from "../../../../components/ui/card.tsx";
import { Skeleton } from "../../../../components/ui/skeleton.tsx";
import { useTRPC } from "../../../../trpc/api-provider.tsx";
import type { RouterOutputs } from "../../../../trpc/operator-router.ts";
import { Actor } from "../actor.tsx";

type AuditEvent = RouterOutputs["audit"]["get"];

/** Where a subject has a page of its own. */
const pages: Record<string, string> = {
  transaction: "/transactions",
  user: "/users",
  provider_event: "/webhooks",
  break: "/reconciliation/breaks",
  reconciliation_run: "/reconciliation/runs",
  approval: "/approvals",
  queue: "/queues",
};

/** One line of the audit trail: before and after, and whether it still is what was written. */
export function AuditEventPage({ sequence }: { sequence: string }) {
  const trpc = useTRPC();
  const query = useQuery(trpc.audit.get.queryOptions({ sequence: BigInt(sequence) }));
  if (query.data === undefined) {
    return query.isPending ? (
      <div role="status" aria-label="Loading" className="flex flex-col gap-4">
        <Skeleton className="h-10 w-80" />
        <Skeleton className="h-48" />
      </div>
    ) : (
      <LoadError error={query.error} onRetry={() => void query.refetch()} />
    );
  }
  const event = query.data;
  return (
    <>
      <PageHeader
        above={
          <Link href="/audit" className="text-accent hover:underline">
            Audit log
          </Link>
        }
        title={
          <>
            {words(event.action)} <ChainBadge link={event.link} />
          </>
        }
        description={<Time at={event.occurredAt} />}
      />
      <div className="grid gap-4 xl:grid-cols-2">
        <Card title="Who, what, to what">
          <Facts facts={factsOf(event)} />
        </Card>
        <Card title="Hash chain">
          {event.link === null ? (
            <p className="text-sm text-ink-soft">
              Not chained yet: that happens within about a minute.
            </p>
          ) : (
            <Facts
              facts={[
                ["Link", event.link.position.toLocaleString("en-ZA")],
                ["Chained", <Time key="chained" at={event.link.chainedAt} />],
                [
                  "Hash",
                  <Copyable
                    key="hash"
                    text={event.link.chainHash}
                    shown={event.link.chainHash.slice(0, 16)}
                  />,
                ],
                [
                  "Checked just now",
                  event.link.holds ? "It is what was written" : "It is not what was written",
                ],
              ]}
            />
          )}
        </Card>
      </div>
      <div className="mt-4 flex flex-col gap-4">
        {event.changes.length > 0 && <Changes changes={event.changes} />}
        <Card title="Details">
          {Object.keys(event.rest).length === 0 ? (
            <p className="text-sm text-ink-soft">Nothing beside that.</p>
          ) : (
            <Facts
              facts={Object.entries(event.rest).map(
                ([name, value]) => [nameOf(name), <Value key={name} value={value} />] as const,
              )}
            />
          )}
        </Card>
      </div>
    </>
  );
}

function ChainBadge({ link }: { link: AuditEvent["link"] }) {
  if (link === null) return <Badge icon={CircleDashed}>Not chained yet</Badge>;
  return link.holds ? (
    <Badge tone="good" icon={ShieldCheck}>
      As written
    </Badge>
  ) : (
    <Badge tone="bad" icon={ShieldAlert}>
      Was changed
    </Badge>
  );
}

function factsOf(event: AuditEvent): (readonly [string, ReactNode])[] {
  const { subjectKind, subjectId, subjectName, actorId, requestId, sequence } = event;
  const page = pages[subjectKind];
  return [
    ["Who", <Actor key="who" event={event} />],
    [
      "Id of who",
      actorId === null ? "None" : <Copyable key="actor" text={actorId} label="Copy id" />,
    ],
    [
      "To what",
      <span key="subject" className="flex flex-wrap items-center gap-2">
        {page === undefined ? (
          words(subjectKind)
        ) : (
          <Link href={`${page}/${subjectId}`} className="text-accent hover:underline">
            {words(subjectKind)}
          </Link>
        )}
        {subjectName} <Copyable text={subjectId} label="Copy id" />
      </span>,
    ],
    [
      "All about it",
      <Link
        key="all"
        href={`/audit?kind=${encodeURIComponent(subjectKind)}&subject=${encodeURIComponent(subjectId)}`}
        className="text-accent hover:underline"
      >
        Everything on record
      </Link>,
    ],
    ["Request", requestId === null ? "None" : <Copyable key="request" text={requestId} />],
    ["No.", sequence.toString()],
  ];
}

function Changes({ changes }: { changes: AuditEvent["changes"] }) {
  return (
    <Card title="Before and after" bare>
      <div className="overflow-x-auto">
        <table className="w-full text-sm">
          <thead>
            <tr className="text-left text-xs text-ink-soft">
              <th scope="col" className="px-4 py-2 font-medium">
                Field
              </th>
              <th scope="col" className="px-4 py-2 font-medium">
                Before
              </th>
              <th scope="col" className="px-4 py-2 font-medium">
                After
              </th>
            </tr>
          </thead>
          <tbody>
            {changes.map(({ field, before, after }) => (
              <tr key={field} className="border-t">
                <th scope="row" className="px-4 py-2 text-left font-medium">
                  {nameOf(field)}
                </th>
                <td className="bg-bad-soft/50 px-4 py-2 wrap-anywhere">
                  <Value value={before} />
                </td>
                <td className="bg-good-soft/50 px-4 py-2 wrap-anywhere">
                  <Value value={after} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

function Value({ value }: { value: unknown }) {
  if (value === null || value === undefined) return <span className="text-ink-soft">none</span>;
  if (typeof value === "string") return <span className="wrap-anywhere">{value}</span>;
  return <code className="font-mono text-xs wrap-anywhere">{JSON.stringify(value)}</code>;
}

/** "fromStatus" → "From status" */
function nameOf(field: string): string {
  return words(field.replaceAll(/([A-Z])/g, " $1").toLowerCase());
}
