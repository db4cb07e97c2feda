"use client";
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { parseAsStringLiteral } from "nuqs";
import { shortId } from "../../../../components/copyable.tsx";
import { DataList } from "../../../../components/list/data-list.tsx";
import type { Column } from "../../../../components/list/data-table.tsx";
import { useListParams } from "../../../../components/list/use-list-params.ts";
import { LiveNotice } from "../../../../components/live/live-notice.tsx";
import { NothingYet } from "../../../../components/states.tsx";
import { Time } from "../../../../components/time.tsx";
import { Tabs } from "../../../../components/ui/tabs.tsx";
import { useTRPC } from "../../../../trpc/api-provider.tsx";
import type { RouterInputs, RouterOutputs } from "../../../../trpc/operator-router.ts";

export type QueueName = RouterInputs["queue"]["listJobs"]["queue"];
type Job = RouterOutputs["queue"]["listJobs"]["items"][number];

const states = ["ready", "active", "deferred", "completed", "dead"] as const;
type State = (typeof states)[number];
const labels: Record<State, string> = {
  ready: "Ready",
  active: "Active",
  deferred: "For later",
  completed: "Done",
  dead: "Dead",
};
const filters = { state: parseAsStringLiteral(states).withDefault("ready") };

const columns: readonly Column<Job>[] = [
  {
    id: "job",
    header: "Job",
    cell: ({ id }) => <span className="font-mono text-xs">{shortId(id)}</span>,
  },
  {
    id: "about",
    header: "About",
    cell: ({ payload }) => (
      <span className="font-mono text-xs">
        {Object.entries(payload)
          .map(([name, value]) => `${name} ${String(value)}`)
          .join(", ") || "–"}
      </span>
    ),
  },
  {
    id: "tries",
    header: "Repeats",
    align: "end",
    cell: ({ retryCount, retryLimit }) => (
      <span className="tabular">
        {retryCount} of {retryLimit}
      </span>
    ),
  },
  {
    id: "failure",
    header: "Last error",
    cell: ({ failure }) => (
      <span className="line-clamp-2 max-w-80 min-w-24 wrap-anywhere">{failure ?? "–"}</span>
    ),
  },
  { id: "created", header: "Made", cell: ({ createdOn }) => <Time at={createdOn} /> },
  { id: "due", header: "Due", cell: ({ startAfter }) => <Time at={startAfter} /> },
  {
    id: "done",
    header: "Done",
    hiddenAtFirst: true,
    cell: ({ completedOn }) => (completedOn === null ? "–" : <Time at={completedOn} />),
  },
];

/** Jobs of a queue, by state. */
export function JobsList({ queue }: { queue: QueueName }) {
  const { filters: chosen, setFilters } = useListParams(filters);
  return (
    <Tabs
      value={chosen.state}
      onChange={(next) => setFilters({ state: states.find((one) => one === next) ?? "ready" })}
      tabs={states.map((state) => ({
        value: state,
        label: labels[state],
        content: <JobsOf queue={queue} state={state} />,
      }))}
    />
  );
}

function JobsOf({ queue, state }: { queue: QueueName; state: State }) {
  const trpc = useTRPC();
  const cache = useQueryClient();
  const { cursor, setCursor } = useListParams({});
  const query = useQuery(
    trpc.queue.listJobs.queryOptions(
      { queue, state, ...(cursor && { cursor }) },
      { placeholderData: keepPreviousData },
    ),
  );
  return (
    <DataList
      name="jobs"
      label={`Jobs: ${labels[state]}`}
      query={query}
      columns={columns}
      rowKey={({ id }) => id}
      rowHref={({ id }) => `/jobs/${id}`}
      activeFilters={0}
      onClearFilters={() => undefined}
      cursor={cursor}
      onCursor={setCursor}
      nothingYet={
        <NothingYet title="None at present">
          Jobs that are done are forgotten after two weeks, dead ones after a year.
        </NothingYet>
      }
      tools={
        <LiveNotice
          watch="queue"
          onShow={async () => {
            setCursor(null);
            await cache.invalidateQueries({ queryKey: trpc.queue.pathKey() });
          }}
        />
      }
    />
  );
}
