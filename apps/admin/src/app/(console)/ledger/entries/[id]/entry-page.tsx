"use client";
import { useQuery } from "@tanstack/react-query";
import { Link2, Link2Off, Scale } from "lucide-react";
import Link from "next/link";
import { Copyable } from "../../../../../components/copyable.tsx";
import { Facts } from "../../../../../components/facts.tsx";
import { PageHeader } from "../../../../../components/page-header.tsx";
import { LoadError } from "../../../../../components/states.tsx";
import { words } from "../../../../../components/status-badge.tsx";
import { Time } from "../../../../../components/time.tsx";
import { Badge } from "../../../../../components/ui/badge.tsx";
import { Card } from "../../../../../components/ui/card.tsx";
import { Skeleton } from "../../../../../components/ui/skeleton.tsx";
import { useTRPC } from "../../../../../trpc/api-provider.tsx";
import type { RouterOutputs } from "../../../../../trpc/operator-router.ts";
import { PostingsTable, totalsOf } from "./postings-table.tsx";

type Entry = RouterOutputs["ledger"]["entry"];

export function EntryPage({ journalEntryId }: { journalEntryId: string }) {
  const trpc = useTRPC();
  const query = useQuery(trpc.ledger.entry.queryOptions({ journalEntryId }));
  const entry = query.data;
  return (
    <>
      <PageHeader
        above={<Link href="/ledger">Ledger</Link>}
        title={
          <>
            {entry === undefined ? "Journal entry" : words(entry.event)}
            {entry !== undefined && <Balanced postings={entry.postings} />}
          </>
        }
        description={<Copyable text={journalEntryId} label="Copy entry id" />}
      />
      {entry === undefined && query.isPending && <Skeleton className="h-64" />}
      {entry === undefined && query.error !== null && (
        <LoadError error={query.error} onRetry={() => void query.refetch()} />
      )}
      {entry !== undefined && (
        <div className="flex flex-col gap-4">
          <Card title="Postings" bare>
            <PostingsTable postings={entry.postings} />
          </Card>
          <div className="grid gap-4 xl:grid-cols-2">
            <BelongsTo entry={entry} />
            <ChainLink link={entry.link} />
          </div>
          <p className="text-sm text-ink-soft">
            What is posted stays as it is. To correct it, an operator proposes a reversing entry,
            and another one approves it.
          </p>
        </div>
      )}
    </>
  );
}

/** Computed from the rows below, never assumed. */
function Balanced({ postings }: { postings: Entry["postings"] }) {
  const isBalanced = totalsOf(postings).every(
    ({ debitMinor, creditMinor }) => debitMinor === creditMinor,
  );
  return isBalanced ? (
    <Badge tone="good" icon={Scale}>
      Balanced
    </Badge>
  ) : (
    <Badge tone="bad" icon={Scale}>
      Does not balance
    </Badge>
  );
}

function BelongsTo({ entry }: { entry: Entry }) {
  const link = (href: string, text: string) => (
    <Link href={href} className="text-accent hover:underline">
      {text}
    </Link>
  );
  return (
    <Card title="What it is about">
      <Facts
        facts={[
          ["Happened", <Time key="occurred" at={entry.occurredAt} />],
          ["Posted", <Time key="posted" at={entry.postedAt} />],
          [
            "Number",
            <span key="number" className="tabular">
              {entry.sequence.toString()}
            </span>,
          ],
          ["Key", <Copyable key="key" text={entry.entryKey} />],
          [
            "Transaction",
            entry.transactionId === null
              ? "None"
              : link(
                  `/transactions/${entry.transactionId}`,
                  entry.transactionReference ?? entry.transactionId,
                ),
          ],
          ...(entry.approvalId === null
            ? []
            : [["Approval", link(`/approvals/${entry.approvalId}`, "What was approved")] as const]),
          ...(entry.breakId === null
            ? []
            : [
                ["Resolved", link(`/reconciliation/breaks/${entry.breakId}`, "The break")] as const,
              ]),
        ]}
      />
    </Card>
  );
}

function ChainLink({ link }: { link: Entry["link"] }) {
  return (
    <Card
      title="Hash chain"
      actions={
        link === null ? (
          <Badge>Not chained yet</Badge>
        ) : link.isIntact ? (
          <Badge tone="good" icon={Link2}>
            As it was chained
          </Badge>
        ) : (
          <Badge tone="bad" icon={Link2Off}>
            Changed since it was chained
          </Badge>
        )
      }
    >
      {link === null ? (
        <p className="text-ink-soft">
          The chain comes to a new entry within a minute or so. From then on no change of it goes
          unseen.
        </p>
      ) : (
        <Facts
          facts={[
            [
              "Place",
              <span key="place" className="tabular">
                {link.position.toString()}
              </span>,
            ],
            ["Chained", <Time key="at" at={link.chainedAt} />],
            ["Hash of the entry", <Copyable key="item" text={link.itemHash} />],
            ["Hash of the chain", <Copyable key="chain" text={link.chainHash} />],
          ]}
        />
      )}
    </Card>
  );
}
