"use client";
import { useQuery } from "@tanstack/react-query";
import { CircleAlert, CircleCheck } from "lucide-react";
import { Facts } from "../../../../components/facts.tsx";
import { Money } from "../../../../components/money.tsx";
import { LoadError } from "../../../../components/states.tsx";
import { words } from "../../../../components/status-badge.tsx";
import { Time } from "../../../../components/time.tsx";
import { Badge } from "../../../../components/ui/badge.tsx";
import { Button } from "../../../../components/ui/button.tsx";
import { Card } from "../../../../components/ui/card.tsx";
import { Skeleton } from "../../../../components/ui/skeleton.tsx";
import { useTRPC } from "../../../../trpc/api-provider.tsx";
import type { RouterOutputs } from "../../../../trpc/operator-router.ts";

type Answer = RouterOutputs["webhook"]["readBack"];

/** What Revio says of the object now. Asked when somebody wants to know, not with each look at the page. */
export function ReadBack({ id }: { id: string }) {
  const trpc = useTRPC();
  const query = useQuery(
    trpc.webhook.readBack.queryOptions(
      { providerEventId: id },
      { enabled: false, staleTime: Number.POSITIVE_INFINITY, retry: false },
    ),
  );
  return (
    <Card
      title="What Revio says now"
      actions={
        <Button size="sm" disabled={query.isFetching} onClick={() => void query.refetch()}>
          {query.data === undefined ? "Ask Revio" : "Ask again"}
        </Button>
      }
    >
      <div aria-live="polite">
        {query.isFetching && <Skeleton className="h-16" />}
        {!query.isFetching && query.error !== null && (
          <LoadError error={query.error} onRetry={() => void query.refetch()} />
        )}
        {!query.isFetching && query.error === null && query.data === undefined && (
          <p className="text-sm text-ink-soft">
            Reads the object at Revio and compares it with what this webhook said. Changes nothing.
          </p>
        )}
        {!query.isFetching && query.data !== undefined && <Told answer={query.data} />}
      </div>
    </Card>
  );
}

const verdicts: Record<Answer["verdict"], string> = {
  found: "Found",
  absent: "Revio knows no such object",
  unreadable: "The answer is not what it should be: another shape, mode or brand",
  nothing_to_read: "This event is about nothing that can be read",
};

function Told({ answer }: { answer: Answer }) {
  const { now, event, verdict, isSameStatus, announced, readAt } = answer;
  if (now === null) return <p>{verdicts[verdict]}.</p>;
  return (
    <div className="flex flex-col gap-4">
      <Facts
        facts={[
          [
            "Status",
            <span key="status" className="flex flex-wrap items-center gap-2">
              {words(now.status)} <Compared isSameStatus={isSameStatus} said={event?.status} />
            </span>,
          ],
          ["Money moved", now.moved ? "Yes" : "No"],
          ["Amount", <Money key="amount" amountMinor={now.amountMinor} currency={now.currency} />],
          ["Revio's fee", <Money key="fee" amountMinor={now.feeMinor} currency={now.currency} />],
          [
            "Steps in its history",
            stepsOf(now.statusHistoryLength, event?.statusHistoryLength ?? null),
          ],
          ["Asked", <Time key="asked" at={readAt} />],
        ]}
      />
      <Deliveries announced={announced} />
    </div>
  );
}

function stepsOf(now: number, then: number | null): string {
  return then === null ? now.toString() : `${now}, then ${then}`;
}

function Compared({
  isSameStatus,
  said,
}: {
  isSameStatus: boolean | null;
  said: string | null | undefined;
}) {
  if (isSameStatus === null) return null;
  return isSameStatus ? (
    <Badge tone="good" icon={CircleCheck}>
      As the webhook said
    </Badge>
  ) : (
    <Badge tone="warn" icon={CircleAlert}>
      The webhook said {words(said ?? "nothing").toLowerCase()}
    </Badge>
  );
}

function Deliveries({ announced }: { announced: Answer["announced"] }) {
  if (announced === null) {
    return <p className="text-sm text-ink-soft">Revio did not tell what it has announced.</p>;
  }
  const blocked = announced.deliveries.filter(({ deliveredOn }) => deliveredOn === null);
  return (
    <div className="text-sm">
      <p className="font-medium">
        Revio has announced {announced.deliveries.length} about this object
      </p>
      {announced.missing.length > 0 && (
        <p className="mt-1 text-warn">
          <CircleAlert className="mr-1 inline size-4" aria-hidden />A gap: never here are{" "}
          {announced.missing.join(", ")}
        </p>
      )}
      {blocked.map(({ eventType, attempts, createdOn }) => (
        <p key={`${eventType} ${createdOn?.getTime()}`} className="mt-1 text-warn">
          <CircleAlert className="mr-1 inline size-4" aria-hidden />
          {eventType} is not delivered after {attempts} attempts; later ones wait behind it
        </p>
      ))}
      {announced.missing.length === 0 && blocked.length === 0 && (
        <p className="mt-1 text-ink-soft">All of it is here, and nothing waits.</p>
      )}
    </div>
  );
}
