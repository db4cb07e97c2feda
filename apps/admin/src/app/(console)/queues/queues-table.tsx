"use client";
import { type Column, DataTable, TableSkeleton } from "../../../components/list/data-table.tsx";
import { LoadError, NothingYet } from "../../../components/states.tsx";
import { Age, Time } from "../../../components/time.tsx";
import { Card } from "../../../components/ui/card.tsx";
import type { RouterOutputs } from "../../../trpc/operator-router.ts";
import { formatDuration } from "../../../format/format-duration.ts";
import { QueueWarnings } from "./queue-warnings.tsx";
import { useQueues } from "./use-queues.ts";

type Queues = RouterOutputs["queue"]["list"];
type Queue = Queues["queues"][number];

/** Every queue, and who works on them. */
export function QueuesTable() {
  const query = useQueues();
  if (query.data === undefined) {
    return (
      <Card bare>
        {query.isPending ? (
          <TableSkeleton columns={6} rows={12} />
        ) : (
          <LoadError error={query.error} onRetry={() => void query.refetch()} />
        )}
      </Card>
    );
  }
  const { queues, workers, countedUpTo } = query.data;
  return (
    <div className="flex flex-col gap-4">
      <section className="min-w-0 overflow-hidden rounded-xl border bg-panel">
        {query.error !== null && (
          <p role="alert" className="border-b bg-warn-soft px-3 py-1.5 text-xs text-warn">
            These figures may be old: the last look failed.
          </p>
        )}
        <DataTable
          label="Queues"
          columns={columnsOf(countedUpTo)}
          rows={queues}
          rowKey={({ queue }) => queue}
          rowHref={({ queue }) => `/queues/${queue}`}
        />
      </section>
      <Workers workers={workers} />
    </div>
  );
}

const figure = (count: number, upTo = Number.POSITIVE_INFINITY) => (
  <span className={count === 0 ? "tabular text-ink-soft" : "tabular"}>
    {count.toLocaleString("en-ZA")}
    {count >= upTo && "+"}
  </span>
);

function columnsOf(countedUpTo: number): readonly Column<Queue>[] {
  return [
    { id: "queue", header: "Queue", cell: ({ queue }) => queue },
    { id: "health", header: "Health", cell: (queue) => <QueueWarnings queue={queue} /> },
    { id: "ready", header: "Ready", align: "end", cell: ({ ready }) => figure(ready) },
    {
      id: "oldest",
      header: "Oldest ready",
      align: "end",
      cell: ({ ready, oldestReadySeconds: seconds }) =>
        ready === 0 ? "–" : formatDuration(Math.round(seconds * 1_000)),
    },
    { id: "active", header: "Active", align: "end", cell: ({ active }) => figure(active) },
    { id: "later", header: "For later", align: "end", cell: ({ waiting }) => figure(waiting) },
    {
      id: "done",
      header: "Done in an hour",
      align: "end",
      cell: ({ completed }) => figure(completed, countedUpTo),
    },
    {
      id: "took",
      header: "Took, half of them",
      align: "end",
      cell: ({ runP50Ms }) => (runP50Ms === null ? "–" : formatDuration(runP50Ms)),
    },
    { id: "dead", header: "Dead", align: "end", cell: ({ dead }) => figure(dead) },
    { id: "workers", header: "Workers", align: "end", cell: ({ workers }) => figure(workers) },
  ];
}

function Workers({ workers }: { workers: Queues["workers"] }) {
  return (
    <Card title={`Live workers (${workers.length})`} bare>
      {workers.length === 0 ? (
        <NothingYet title="No worker is heard of">
          One that works tells so every few seconds. Start one, or look into its log.
        </NothingYet>
      ) : (
        <DataTable
          label="Workers"
          rows={workers}
          rowKey={({ id }) => id}
          columns={[
            { id: "host", header: "Host", cell: ({ host, pid }) => `${host} · ${pid}` },
            { id: "started", header: "Started", cell: ({ startedOn }) => <Time at={startedOn} /> },
            {
              id: "heard",
              header: "Last heard of",
              cell: ({ heartbeatOn }) => (
                <>
                  <Age since={heartbeatOn} /> ago
                </>
              ),
            },
            {
              id: "queues",
              header: "Queues",
              align: "end",
              cell: ({ queues }) => (queues.length === 0 ? "Starting" : figure(queues.length)),
            },
            {
              id: "crashes",
              header: "Restarts after a crash",
              align: "end",
              cell: ({ crashRestarts }) => figure(crashRestarts),
            },
          ]}
        />
      )}
    </Card>
  );
}
