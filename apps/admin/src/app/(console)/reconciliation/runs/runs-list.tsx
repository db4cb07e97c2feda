"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { parseAsString, useQueryStates } from "nuqs";
import { useMay } from "../../../../auth/session-provider.tsx";
import { DataList } from "../../../../components/list/data-list.tsx";
import type { Column } from "../../../../components/list/data-table.tsx";
import { NothingYet } from "../../../../components/states.tsx";
import { StatusBadge, words } from "../../../../components/status-badge.tsx";
import { Time } from "../../../../components/time.tsx";
import { useTRPC } from "../../../../trpc/api-provider.tsx";
import type { RunRow } from "./run-words.ts";
import { StartRun } from "./start-run.tsx";

const perPage = 25;
const columns: Column<RunRow>[] = [
  { id: "kind", header: "Kind", cell: ({ kind }) => words(kind) },
  { id: "state", header: "State", cell: ({ state }) => <StatusBadge of="run" status={state} /> },
  { id: "from", header: "From", cell: ({ windowFrom }) => <Time at={windowFrom} /> },
  { id: "to", header: "To", cell: ({ windowTo }) => <Time at={windowTo} /> },
  {
    id: "checked",
    header: "Looked at",
    align: "end",
    cell: ({ checkedCount }) => <span className="tabular">{checkedCount.toString()}</span>,
  },
  {
    id: "breaks",
    header: "Differ",
    align: "end",
    cell: ({ breakCount }) => <span className="tabular">{breakCount.toString()}</span>,
  },
  { id: "requestedAt", header: "Asked for", cell: ({ requestedAt }) => <Time at={requestedAt} /> },
];

/** Runs, newest first. */
export function RunsList() {
  const trpc = useTRPC();
  const mayStart = useMay("reconciliation.start");
  const [{ cursor }, setPlace] = useQueryStates({ cursor: parseAsString }, { history: "push" });
  const query = useQuery(
    trpc.reconciliation.list.queryOptions(
      { limit: perPage, ...(cursor !== null && { before: cursor }) },
      { placeholderData: keepPreviousData, refetchInterval: 15_000 },
    ),
  );
  const items = query.data ?? [];
  const page = query.data && {
    items,
    nextCursor: items.length === perPage ? (items.at(-1)?.id ?? null) : null,
  };
  return (
    <DataList
      name="runs"
      label="Reconciliation runs"
      query={{
        data: page,
        error: query.error,
        isPending: query.isPending,
        isFetching: query.isFetching,
        refetch: query.refetch,
      }}
      columns={columns}
      rowKey={({ id }) => id}
      rowHref={({ id }) => `/reconciliation/runs/${id}`}
      activeFilters={0}
      onClearFilters={() => void setPlace({ cursor: null })}
      cursor={cursor}
      onCursor={(next) => void setPlace({ cursor: next })}
      tools={mayStart && <StartRun />}
      nothingYet={
        <NothingYet title="No run yet">
          They start every night at 02:30 in Johannesburg, and when somebody asks for one.
        </NothingYet>
      }
    />
  );
}
