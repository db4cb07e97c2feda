"use client";
import { useQuery } from "@tanstack/react-query";
import { Skull } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { useMay } from "../../../../auth/session-provider.tsx";
import { Copyable } from "../../../../components/copyable.tsx";
import { Facts } from "../../../../components/facts.tsx";
import { PageHeader } from "../../../../components/page-header.tsx";
import { LoadError } from "../../../../components/states.tsx";
import { words } from "../../../../components/status-badge.tsx";
import { Time } from "../../../../components/time.tsx";
import { Badge } from "../../../../components/ui/badge.tsx";
import { Button } from "../../../../components/ui/button.tsx";
import { Card } from "../../../../components/ui/card.tsx";
import { Skeleton } from "../../../../components/ui/skeleton.tsx";
import { useTRPC } from "../../../../trpc/api-provider.tsx";
import type { RouterOutputs } from "../../../../trpc/operator-router.ts";
import type { QueueName } from "../../queues/[name]/jobs-list.tsx";
import { RedriveDialog } from "../../queues/[name]/redrive-dialog.tsx";

type Job = RouterOutputs["job"]["get"];

/** One background job: what it is about, its tries, and what it died of. */
export function JobPage({ id }: { id: string }) {
  const trpc = useTRPC();
  const query = useQuery(trpc.job.get.queryOptions({ jobId: id }));
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
  const job = query.data;
  const queue = job.queue.replace(/\.dead$/, "");
  return (
    <>
      <PageHeader
        above={
          <Link href={`/queues/${queue}`} className="text-accent hover:underline">
            {queue}
          </Link>
        }
        title={
          <>
            Job{" "}
            {job.isDeadLetter ? (
              <Badge tone="bad" icon={Skull}>
                Dead
              </Badge>
            ) : (
              <Badge tone={job.state === "completed" ? "good" : "info"}>{words(job.state)}</Badge>
            )}
          </>
        }
        description={<Copyable text={job.id} label="Copy id" />}
        actions={job.isDeadLetter && <Redrive job={job} queue={queue} />}
      />
      <div className="grid gap-4 xl:grid-cols-2">
        <Card title="About">
          {Object.keys(job.payload).length === 0 ? (
            <p className="text-sm text-ink-soft">It names nothing: it looks for work by itself.</p>
          ) : (
            <Facts
              facts={Object.entries(job.payload).map(
                ([name, value]) =>
                  [nameOf(name), <Value key={name} name={name} value={value} />] as const,
              )}
            />
          )}
        </Card>
        <Card title="Its course">
          <Facts facts={courseOf(job)} />
        </Card>
        {job.source !== null && (
          <Card title="The job that died">
            <Facts
              facts={[
                ["Queue", job.source.queue ?? "Unknown"],
                [
                  "Job",
                  job.source.jobId === null ? (
                    "Unknown"
                  ) : (
                    <Copyable key="source" text={job.source.jobId} />
                  ),
                ],
                [
                  "Made",
                  job.source.createdOn === null ? (
                    "Unknown"
                  ) : (
                    <Time key="made" at={new Date(job.source.createdOn)} />
                  ),
                ],
                ["Repeats", job.source.retryCount?.toString() ?? "Unknown"],
              ]}
            />
          </Card>
        )}
      </div>
    </>
  );
}

function courseOf(job: Job) {
  const time = (at: Date | null, none: string) => (at === null ? none : <Time at={at} />);
  return [
    ["Made", <Time key="made" at={job.createdOn} />],
    ["Due", <Time key="due" at={job.startAfter} />],
    ["Last begun", time(job.startedOn, "Not yet")],
    ["Done", time(job.completedOn, "Not yet")],
    ["Last sign of life", time(job.heartbeatOn, "None")],
    ["Repeats", `${job.retryCount} of ${job.retryLimit}`],
    ["Last error", job.failure ?? "None"],
    ["Output", "Not kept for people: it may say anything"],
  ] as const;
}

const pages: Record<string, string> = {
  transactionId: "/transactions",
  providerEventId: "/webhooks",
  runId: "/reconciliation/runs",
};

function nameOf(field: string): string {
  return words(field.replaceAll(/([A-Z])/g, " $1").toLowerCase());
}

function Value({ name, value }: { name: string; value: Job["payload"][string] }) {
  const text = String(value);
  const page = pages[name];
  return (
    <span className="flex flex-wrap items-center gap-2">
      {page !== undefined && (
        <Link href={`${page}/${text}`} className="text-accent hover:underline">
          Open
        </Link>
      )}
      <Copyable text={text} />
    </span>
  );
}

function Redrive({ job, queue }: { job: Job; queue: string }) {
  const may = useMay("queues.redrive");
  const [isOpen, setOpen] = useState(false);
  if (!may) return null;
  return (
    <>
      <Button onClick={() => setOpen(true)}>Redrive</Button>
      {isOpen && (
        <RedriveDialog
          scope={{ queue: queue as QueueName, jobId: job.id }}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}
