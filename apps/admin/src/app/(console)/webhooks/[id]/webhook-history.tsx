import Link from "next/link";
import { StatusBadge, words } from "../../../../components/status-badge.tsx";
import { Time } from "../../../../components/time.tsx";
import { Badge } from "../../../../components/ui/badge.tsx";
import { Card } from "../../../../components/ui/card.tsx";
import type { RouterOutputs } from "../../../../trpc/operator-router.ts";

type Webhook = RouterOutputs["webhook"]["get"];

export function OfObject({ webhook }: { webhook: Webhook }) {
  const { ofObject, missed } = webhook;
  return (
    <Card title={`About the same object, in order (${ofObject.length})`}>
      {missed.length > 0 && (
        <ul className="mb-3 flex flex-col gap-1 rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">
          {missed.map(({ at, count, eventTypes }) => (
            <li key={at.getTime()}>
              A gap: {count} announced by Revio and never here ({eventTypes}), found out on{" "}
              <Time at={at} />
            </li>
          ))}
        </ul>
      )}
      <ol className="flex flex-col gap-1.5 text-sm">
        {ofObject.map((event, index) => (
          <li key={event.id} className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <span className="tabular w-6 text-right text-ink-soft">{index + 1}</span>
            {event.id === webhook.id ? (
              <strong aria-current="true">{event.eventType}</strong>
            ) : (
              <Link href={`/webhooks/${event.id}`} className="text-accent hover:underline">
                {event.eventType}
              </Link>
            )}
            <StatusBadge of="provider_event" status={event.state} />
            <span className="text-ink-soft">{event.outcome && words(event.outcome)}</span>
            <span className="ml-auto">
              <Time at={event.receivedAt} />
            </span>
          </li>
        ))}
      </ol>
    </Card>
  );
}

export function Headers({ webhook }: { webhook: Webhook }) {
  const first = webhook.received.at(-1);
  if (first === undefined || Object.keys(first.headers).length === 0) return null;
  return (
    <details className="px-4 py-3 text-sm">
      <summary className="cursor-pointer font-medium">Headers of the first delivery</summary>
      <dl className="mt-2 grid grid-cols-[max-content_1fr] gap-x-4 gap-y-1 font-mono text-xs">
        {Object.entries(first.headers).map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-ink-soft">{name}</dt>
            <dd className="wrap-anywhere">{value}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

export function Jobs({ webhook }: { webhook: Webhook }) {
  return (
    <Card title="Jobs">
      {webhook.jobs.length === 0 ? (
        <p className="text-sm text-ink-soft">Finished jobs are forgotten after two weeks.</p>
      ) : (
        <ul className="flex flex-col gap-1.5 text-sm">
          {webhook.jobs.map((job) => (
            <li key={job.id} className="flex flex-wrap items-center gap-3">
              <Link href={`/jobs/${job.id}`} className="text-accent hover:underline">
                {job.queue}
              </Link>
              <span>{job.isDeadLetter ? "Dead" : words(job.state)}</span>
              <span className="text-ink-soft">
                {job.failure ?? `${job.retryCount} of ${job.retryLimit} repeats`}
              </span>
              <span className="ml-auto">
                <Time at={job.createdOn} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

export function Replays({ webhook }: { webhook: Webhook }) {
  if (webhook.replays.length === 0) return null;
  return (
    <Card title={`Processed again (${webhook.replays.length})`}>
      <ul className="flex flex-col gap-3 text-sm">
        {webhook.replays.map((replay) => (
          <li key={replay.id}>
            <div className="flex flex-wrap items-center gap-3">
              {replay.state === null ? (
                <Badge tone="info">Waiting</Badge>
              ) : (
                <StatusBadge of="provider_event" status={replay.state} />
              )}
              <span>{replay.outcome === null ? "Not yet" : words(replay.outcome)}</span>
              <span className="ml-auto">
                <Time at={replay.requestedAt} />
              </span>
            </div>
            <p className="mt-0.5 text-ink-soft wrap-anywhere">
              {replay.requestedByName}: {replay.reason}
            </p>
          </li>
        ))}
      </ul>
    </Card>
  );
}
