"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { parseAsString, parseAsStringLiteral } from "nuqs";
import { useMay, useSession } from "../../../auth/session-provider.tsx";
import { DataList } from "../../../components/list/data-list.tsx";
import type { Column } from "../../../components/list/data-table.tsx";
import { FilterBar, FilterSelect, FilterText } from "../../../components/list/filter-bar.tsx";
import { useListParams } from "../../../components/list/use-list-params.ts";
import { useSelection } from "../../../components/list/use-selection.ts";
import { Money } from "../../../components/money.tsx";
import { NothingYet } from "../../../components/states.tsx";
import { StatusBadge, words } from "../../../components/status-badge.tsx";
import { Age, Time } from "../../../components/time.tsx";
import { Badge } from "../../../components/ui/badge.tsx";
import { useTRPC } from "../../../trpc/api-provider.tsx";
import { AgeSummary } from "./age-summary.tsx";
import { ages, ageWords, type BreakRow, classes, severities } from "./break-words.ts";
import { SelectedBreaks } from "./selected-breaks.tsx";

const owners = ["me", "nobody"] as const;
const states = ["open", "resolved"] as const;
const filters = {
  state: parseAsStringLiteral(states).withDefault("open"),
  class: parseAsStringLiteral(classes),
  severity: parseAsStringLiteral(severities),
  age: parseAsStringLiteral(ages),
  owner: parseAsStringLiteral(owners),
  run: parseAsString,
};

const columns: Column<BreakRow>[] = [
  { id: "class", header: "Class", cell: (row) => words(row.class) },
  {
    id: "severity",
    header: "Severity",
    cell: ({ severity }) => <StatusBadge of="severity" status={severity} />,
  },
  { id: "why", header: "Why", cell: ({ why }) => <Badge>{words(why)}</Badge> },
  {
    id: "subject",
    header: "About",
    cell: ({ subject }) => (
      <code className="block max-w-48 truncate font-mono text-xs" title={subject}>
        {subject}
      </code>
    ),
  },
  {
    id: "amount",
    header: "At stake",
    align: "end",
    cell: ({ amountMinor, currency }) =>
      amountMinor !== null && currency !== null ? (
        <Money amountMinor={amountMinor} currency={currency} />
      ) : (
        "–"
      ),
  },
  {
    id: "owner",
    header: "Owner",
    cell: ({ ownerName }) => <span className="block max-w-36 truncate">{ownerName ?? "–"}</span>,
  },
  { id: "age", header: "Age", align: "end", cell: ({ openedAt }) => <Age since={openedAt} /> },
  {
    id: "state",
    header: "State",
    cell: ({ state, openApprovalId }) =>
      openApprovalId === null ? (
        <StatusBadge of="break" status={state} />
      ) : (
        <Badge tone="info">Proposed</Badge>
      ),
  },
  {
    id: "lastSeenAt",
    header: "Last seen",
    cell: ({ lastSeenAt }) => <Time at={lastSeenAt} />,
    hiddenAtFirst: true,
  },
];

/** The operators' queue: filters in the URL, several at once, links of what belongs together. */
export function BreaksList() {
  const trpc = useTRPC();
  const { operatorId } = useSession();
  const mayWork = useMay("breaks.work");
  const { filters: chosen, setFilters, ...place } = useListParams(filters);
  const query = useQuery(
    trpc.break.list.queryOptions(
      {
        state: chosen.state,
        ...(chosen.class && { class: chosen.class }),
        ...(chosen.severity && { severity: chosen.severity }),
        ...(chosen.age && { age: chosen.age }),
        ...(chosen.owner && { ownerId: chosen.owner === "me" ? operatorId : null }),
        ...(chosen.run && { runId: chosen.run }),
        ...(place.cursor !== null && { cursor: place.cursor }),
        limit: 50,
      },
      { placeholderData: keepPreviousData, refetchInterval: 15_000 },
    ),
  );
  const items = query.data?.items ?? [];
  const selection = useSelection(items.map(({ id }) => id));
  const selected = items.filter(({ id }) => selection.selected.includes(id));
  return (
    <>
      <AgeSummary />
      <FilterBar active={place.activeFilters} onClear={place.clearFilters}>
        <FilterSelect
          label="State"
          value={chosen.state}
          choices={states.map((value) => ({ value, label: words(value) }))}
          onChange={(state) =>
            setFilters({ state: (state as (typeof states)[number] | null) ?? "open" })
          }
        />
        <FilterSelect
          label="Class"
          value={chosen.class}
          choices={classes.map((value) => ({ value, label: words(value) }))}
          onChange={(name) => setFilters({ class: name as (typeof classes)[number] | null })}
        />
        <FilterSelect
          label="Severity"
          value={chosen.severity}
          choices={severities.map((value) => ({ value, label: words(value) }))}
          onChange={(severity) =>
            setFilters({ severity: severity as (typeof severities)[number] | null })
          }
        />
        <FilterSelect
          label="Age"
          value={chosen.age}
          choices={ages.map((value) => ({ value, label: ageWords[value] }))}
          onChange={(age) => setFilters({ age: age as (typeof ages)[number] | null })}
        />
        <FilterSelect
          label="Owner"
          value={chosen.owner}
          choices={[
            { value: "me", label: "Me" },
            { value: "nobody", label: "Nobody" },
          ]}
          onChange={(owner) => setFilters({ owner: owner as (typeof owners)[number] | null })}
        />
        <FilterText
          label="Run"
          value={chosen.run}
          placeholder="Id of a run"
          onChange={(run) => setFilters({ run })}
        />
      </FilterBar>
      {selected.length > 0 && <SelectedBreaks breaks={selected} onDone={selection.clear} />}
      <DataList
        name="breaks"
        label="Breaks"
        query={query}
        columns={columns}
        rowKey={({ id }) => id}
        rowHref={({ id }) => `/reconciliation/breaks/${id}`}
        selection={mayWork && chosen.state === "open" ? selection : undefined}
        activeFilters={place.activeFilters}
        onClearFilters={place.clearFilters}
        cursor={place.cursor}
        onCursor={place.setCursor}
        nothingYet={
          <NothingYet title="Everything agrees">
            Runs of reconciliation, webhooks and the checker put differences here.
          </NothingYet>
        }
      />
    </>
  );
}
