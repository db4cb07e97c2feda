"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useState } from "react";
import { useMay } from "../../../../auth/session-provider.tsx";
import { Copyable } from "../../../../components/copyable.tsx";
import { DataTable } from "../../../../components/list/data-table.tsx";
import { LiveNotice } from "../../../../components/live/live-notice.tsx";
import { PageHeader } from "../../../../components/page-header.tsx";
import { LoadError } from "../../../../components/states.tsx";
import { StatusBadge } from "../../../../components/status-badge.tsx";
import { Button } from "../../../../components/ui/button.tsx";
import { Card } from "../../../../components/ui/card.tsx";
import { Skeleton } from "../../../../components/ui/skeleton.tsx";
import { useTRPC } from "../../../../trpc/api-provider.tsx";
import type { RouterOutputs } from "../../../../trpc/operator-router.ts";
import { deliveryColumns } from "../deliveries-list.tsx";
import { ReprocessDialog } from "../reprocess-dialog.tsx";
import { ReadBack } from "./read-back.tsx";
import { RevealBody } from "./reveal-body.tsx";
import { Announced, Outcome, Signature } from "./webhook-facts.tsx";
import { Headers, Jobs, OfObject, Replays } from "./webhook-history.tsx";

type Webhook = RouterOutputs["webhook"]["get"];

/** Everything that is known of one webhook. */
export function WebhookInspector({ id }: { id: string }) {
  const trpc = useTRPC();
  const cache = useQueryClient();
  const query = useQuery(trpc.webhook.get.queryOptions({ providerEventId: id }));
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
  const webhook = query.data;
  return (
    <>
      <PageHeader
        above={
          <Link href="/webhooks" className="text-accent hover:underline">
            Webhooks
          </Link>
        }
        title={
          <>
            {webhook.eventType} <StatusBadge of="provider_event" status={webhook.state} />
          </>
        }
        description={<Copyable text={webhook.id} label="Copy id" />}
        actions={
          <>
            <LiveNotice
              watch="webhook"
              onShow={() => cache.invalidateQueries({ queryKey: trpc.webhook.pathKey() })}
            />
            <Reprocess webhook={webhook} />
            <RevealBody id={id} />
          </>
        }
      />
      <div className="grid gap-4 xl:grid-cols-2">
        <Outcome webhook={webhook} />
        <Signature webhook={webhook} />
        <Announced webhook={webhook} />
        <ReadBack id={id} />
      </div>
      <div className="mt-4 flex flex-col gap-4">
        <OfObject webhook={webhook} />
        <Card title={`Deliveries of these bytes (${webhook.received.length})`} bare>
          <DataTable
            label="Deliveries"
            columns={deliveryColumns.filter(({ id: column }) => column !== "event")}
            rows={webhook.received}
            rowKey={({ id: delivery }) => delivery.toString()}
          />
          <Headers webhook={webhook} />
        </Card>
        <Jobs webhook={webhook} />
        <Replays webhook={webhook} />
      </div>
    </>
  );
}

const whyNot: Record<NonNullable<Webhook["notReplayable"]>, string> = {
  first_time_under_way: "It is being processed for the first time.",
  already_waiting: "It waits to be processed again already.",
  unknown: "There is no such webhook any more.",
};

function Reprocess({ webhook }: { webhook: Webhook }) {
  const may = useMay("webhooks.reprocess");
  const [isOpen, setOpen] = useState(false);
  const why = may
    ? webhook.notReplayable && whyNot[webhook.notReplayable]
    : "Your role may not process webhooks again.";
  return (
    <div className="flex flex-col items-end gap-1">
      <Button
        disabled={why !== null}
        aria-describedby={why === null ? undefined : "why-not-again"}
        onClick={() => setOpen(true)}
      >
        Process again
      </Button>
      {why !== null && (
        <span id="why-not-again" className="text-xs text-ink-soft">
          {why}
        </span>
      )}
      {isOpen && <ReprocessDialog scope={{ ids: [webhook.id] }} onClose={() => setOpen(false)} />}
    </div>
  );
}
