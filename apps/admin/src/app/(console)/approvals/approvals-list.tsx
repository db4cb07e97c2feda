"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { parseAsStringLiteral } from "nuqs";
import { DataList } from "../../../components/list/data-list.tsx";
import type { Column } from "../../../components/list/data-table.tsx";
import { FilterBar, FilterSelect } from "../../../components/list/filter-bar.tsx";
import { useListParams } from "../../../components/list/use-list-params.ts";
import { Money } from "../../../components/money.tsx";
import { NothingYet } from "../../../components/states.tsx";
import { StatusBadge, words } from "../../../components/status-badge.tsx";
import { Age, Time } from "../../../components/time.tsx";
import { useTRPC } from "../../../trpc/api-provider.tsx";
import { type ApprovalRow, kinds, states, subjectOf } from "./approval-words.ts";

const views = ["decidable", "own", "all"] as const;
const viewWords = { decidable: "For me to decide", own: "What I asked for", all: "All" };
const filters = {
  view: parseAsStringLiteral(views).withDefault("decidable"),
  kind: parseAsStringLiteral(kinds),
  state: parseAsStringLiteral(states),
};

const columns: Column<ApprovalRow>[] = [
  { id: "kind", header: "Kind", cell: ({ kind }) => words(kind) },
  {
    id: "subject",
    header: "About",
    cell: (row) => <span className="line-clamp-2 max-w-72 wrap-anywhere">{subjectOf(row)}</span>,
  },
  {
    id: "amount",
    header: "Amount",
    align: "end",
    cell: ({ amountMinor, currency }) =>
      amountMinor !== null && currency !== null ? (
        <Money amountMinor={amountMinor} currency={currency} />
      ) : (
        "–"
      ),
  },
  {
    id: "state",
    header: "State",
    cell: ({ state }) => <StatusBadge of="approval" status={state} />,
  },
  {
    id: "requestedBy",
    header: "Asked by",
    cell: ({ requestedByName, requestedByKind }) => (
      <span className="block max-w-48 truncate" title={requestedByName ?? undefined}>
        {requestedByName ?? words(requestedByKind)}
      </span>
    ),
  },
  { id: "waits", header: "Waits", align: "end", cell: (row) => <Waits row={row} /> },
  {
    id: "requestedAt",
    header: "Asked at",
    cell: ({ requestedAt }) => <Time at={requestedAt} />,
    hiddenAtFirst: true,
  },
  {
    id: "decidedBy",
    header: "Decided by",
    cell: ({ decidedByName }) => decidedByName ?? "–",
    hiddenAtFirst: true,
  },
];

function Waits({ row: { state, requestedAt, decidedAt } }: { row: ApprovalRow }) {
  if (state === "requested") return <Age since={requestedAt} />;
  return decidedAt === null ? "–" : <Time at={decidedAt} />;
}

/** Requests that wait for a decision, and those that have one. */
export function ApprovalsList() {
  const trpc = useTRPC();
  const { filters: chosen, setFilters, ...place } = useListParams(filters);
  const query = useQuery(
    trpc.approval.list.queryOptions(
      {
        view: chosen.view,
        ...(chosen.kind && { kind: chosen.kind }),
        ...(chosen.state && { state: chosen.state }),
        ...(place.cursor !== null && { cursor: place.cursor }),
      },
      { placeholderData: keepPreviousData, refetchInterval: 15_000 },
    ),
  );
  return (
    <>
      <FilterBar active={place.activeFilters} onClear={place.clearFilters}>
        <FilterSelect
          label="Show"
          value={chosen.view}
          choices={views.map((value) => ({ value, label: viewWords[value] }))}
          onChange={(view) => setFilters({ view: (view ?? "all") as (typeof views)[number] })}
        />
        <FilterSelect
          label="Kind"
          value={chosen.kind}
          choices={kinds.map((value) => ({ value, label: words(value) }))}
          onChange={(kind) => setFilters({ kind: kind as (typeof kinds)[number] | null })}
        />
        {chosen.view !== "decidable" && (
          <FilterSelect
            label="State"
            value={chosen.state}
            choices={states.map((value) => ({ value, label: words(value) }))}
            onChange={(state) => setFilters({ state: state as (typeof states)[number] | null })}
          />
        )}
      </FilterBar>
      <DataList
        name="approvals"
        label="Approvals"
        query={query}
        columns={columns}
        rowKey={({ id }) => id}
        rowHref={({ id }) => `/approvals/${id}`}
        activeFilters={chosen.view === "decidable" ? place.activeFilters : place.activeFilters}
        onClearFilters={place.clearFilters}
        cursor={place.cursor}
        onCursor={place.setCursor}
        nothingYet={
          <NothingYet title="Nothing waits for you">
            Large withdrawals, corrections, and changes of roles and limits wait here until somebody
            else has decided.
          </NothingYet>
        }
      />
    </>
  );
}
