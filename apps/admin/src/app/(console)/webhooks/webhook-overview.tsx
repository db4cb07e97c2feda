"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import type { ReactNode } from "react";
import { LoadError } from "../../../components/states.tsx";
import { Age } from "../../../components/time.tsx";
import { Card } from "../../../components/ui/card.tsx";
import { Skeleton } from "../../../components/ui/skeleton.tsx";
import { useTRPC } from "../../../trpc/api-provider.tsx";
import { formatDuration } from "../../../format/format-duration.ts";

/** How webhooks fare in the last day; each figure leads to its rows. */
export function WebhookOverview() {
  const trpc = useTRPC();
  const query = useQuery(
    trpc.webhook.overview.queryOptions({ hours: 24 }, { refetchOnWindowFocus: true }),
  );
  const { data } = query;
  if (data === undefined) {
    return (
      <Card className="mb-4">
        {query.isPending ? (
          <div role="status" aria-label="Loading the overview">
            <Skeleton className="h-12" />
          </div>
        ) : (
          <LoadError error={query.error} onRetry={() => void query.refetch()} />
        )}
      </Card>
    );
  }
  const upTo = (count: number) => (
    <>
      {count.toLocaleString("en-ZA")}
      {count >= data.countedUpTo && "+"}
    </>
  );
  const { accepted, duplicate, invalid_signature: forged } = data.deliveries;
  return (
    <Card className="mb-4">
      <dl
        aria-label="The last 24 hours"
        className="grid grid-cols-[repeat(auto-fill,minmax(7rem,1fr))] gap-4"
      >
        <Figure name="Received" href="/webhooks?show=deliveries&period=24h">
          {upTo(accepted + duplicate)}
        </Figure>
        <Figure name="Applied" href="/webhooks?state=applied&period=24h">
          {upTo(data.applied)}
        </Figure>
        <Figure
          name="Waiting"
          href="/webhooks?state=received"
          isBad={data.oldestWaitingAt !== null && isOld(data.oldestWaitingAt)}
          says={data.oldestWaitingAt && <Age since={data.oldestWaitingAt} />}
        >
          {upTo(data.waiting)}
        </Figure>
        <Figure
          name="Parked"
          href="/webhooks?state=parked&period=24h"
          isBad={data.parked > 0}
          says={data.parked > 0 && "a person has to look"}
        >
          {upTo(data.parked)}
        </Figure>
        <Figure
          name="Forged"
          href="/webhooks?show=deliveries&verdict=invalid_signature&period=24h"
          isBad={forged > 0}
          says={data.lastForgedAt && <Ago at={data.lastForgedAt} />}
        >
          {upTo(forged)}
        </Figure>
        <Figure name="Latest" says="authentic">
          {data.lastReceivedAt === null ? "None yet" : <Ago at={data.lastReceivedAt} />}
        </Figure>
        <Figure
          name="Until applied"
          says={data.latencyP95Ms !== null && `95 % within ${formatDuration(data.latencyP95Ms)}`}
        >
          {data.latencyP50Ms === null ? "–" : formatDuration(data.latencyP50Ms)}
        </Figure>
      </dl>
    </Card>
  );
}

function isOld(at: Date): boolean {
  return Date.now() - at.getTime() > 5 * 60_000;
}

function Ago({ at }: { at: Date }) {
  return (
    <>
      <Age since={at} /> ago
    </>
  );
}

function Figure({
  name,
  href,
  says,
  isBad = false,
  children,
}: {
  name: string;
  href?: string;
  says?: ReactNode;
  isBad?: boolean;
  children: ReactNode;
}) {
  const value = <span className="tabular text-lg font-semibold">{children}</span>;
  return (
    <div>
      <dt className="text-xs text-ink-soft">{name}</dt>
      <dd className={isBad ? "text-warn" : ""}>
        {href === undefined ? (
          value
        ) : (
          <Link href={href} className="underline-offset-4 hover:underline">
            {value}
          </Link>
        )}
        {says !== undefined && says !== null && says !== false && (
          <div className="text-xs text-ink-soft">{says}</div>
        )}
      </dd>
    </div>
  );
}
