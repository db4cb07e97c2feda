"use client";
import Link from "next/link";
import { PageHeader } from "../../../../components/page-header.tsx";
import { LoadError, NothingYet } from "../../../../components/states.tsx";
import { Skeleton } from "../../../../components/ui/skeleton.tsx";
import { Facts } from "../../../../components/facts.tsx";
import { Card } from "../../../../components/ui/card.tsx";
import { formatDuration } from "../../../../format/format-duration.ts";
import { QueueWarnings } from "../queue-warnings.tsx";
import { useQueues } from "../use-queues.ts";
import { DeadLetters } from "./dead-letters.tsx";
import { JobsList, type QueueName } from "./jobs-list.tsx";

/** One queue: its figures, what died in it, and its jobs. */
export function QueuePage({ name }: { name: string }) {
  const query = useQueues();
  const back = (
    <Link href="/queues" className="text-accent hover:underline">
      Queues
    </Link>
  );
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
  const { countedUpTo } = query.data;
  const queue = query.data.queues.find((one) => one.queue === name);
  if (queue === undefined) {
    return (
      <>
        <PageHeader above={back} title={name} />
        <NothingYet title="There is no such queue">Choose one from the list of queues.</NothingYet>
      </>
    );
  }
  const done = `${queue.completed.toLocaleString("en-ZA")}${queue.completed >= countedUpTo ? "+" : ""}`;
  return (
    <>
      <PageHeader
        above={back}
        title={
          <>
            {name} <QueueWarnings queue={queue} />
          </>
        }
      />
      <div className="flex flex-col gap-4">
        <Card title="Now">
          <Facts
            facts={[
              ["Ready", queue.ready.toLocaleString("en-ZA")],
              [
                "Oldest ready",
                queue.ready === 0
                  ? "None waits"
                  : formatDuration(Math.round(queue.oldestReadySeconds * 1_000)),
              ],
              ["Active", queue.active.toLocaleString("en-ZA")],
              ["For later", queue.waiting.toLocaleString("en-ZA")],
              ["Done in the last hour", done],
              ["Died in the last hour", queue.died.toLocaleString("en-ZA")],
              [
                "Took",
                queue.runP50Ms === null || queue.runP95Ms === null
                  ? "Nothing was done"
                  : `${formatDuration(queue.runP50Ms)}, 95 % within ${formatDuration(queue.runP95Ms)}`,
              ],
              ["Live workers", queue.workers.toLocaleString("en-ZA")],
            ]}
          />
        </Card>
        <DeadLetters queue={name as QueueName} />
        <JobsList queue={name as QueueName} />
      </div>
    </>
  );
}
