"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { CircleCheck, CircleHelp, CircleSlash, CircleX, type LucideIcon } from "lucide-react";
import { parseAsString, parseAsStringLiteral } from "nuqs";
import { Copyable, shortId } from "../../../components/copyable.tsx";
import { DataList } from "../../../components/list/data-list.tsx";
import type { Column } from "../../../components/list/data-table.tsx";
import { FilterBar, FilterSelect, FilterText } from "../../../components/list/filter-bar.tsx";
import { PeriodFilter, periodFilters, rangeOf } from "../../../components/list/filter-period.tsx";
import { useListParams } from "../../../components/list/use-list-params.ts";
import { NothingYet } from "../../../components/states.tsx";
import { words } from "../../../components/status-badge.tsx";
import { Time } from "../../../components/time.tsx";
import { Badge, type Tone } from "../../../components/ui/badge.tsx";
import { useTRPC } from "../../../trpc/api-provider.tsx";
import type { RouterOutputs } from "../../../trpc/operator-router.ts";
import { formatDuration } from "../../../format/format-duration.ts";

type Call = RouterOutputs["providerCall"]["list"]["items"][number];

const outcomes = ["accepted", "refused", "in_doubt", "unanswered", "unusable"] as const;
const looks: Record<Call["outcome"], [Tone, LucideIcon]> = {
  accepted: ["good", CircleCheck],
  refused: ["bad", CircleX],
  in_doubt: ["warn", CircleHelp],
  unanswered: ["warn", CircleSlash],
  unusable: ["bad", CircleX],
};
const filters = {
  outcome: parseAsStringLiteral(outcomes),
  operation: parseAsString,
  object: parseAsString,
  transaction: parseAsString,
  request: parseAsString,
  ...periodFilters,
};

const columns: readonly Column<Call>[] = [
  { id: "operation", header: "Operation", cell: ({ operation }) => operation },
  {
    id: "outcome",
    header: "Outcome",
    cell: ({ outcome }) => {
      const [tone, icon] = looks[outcome];
      return (
        <Badge tone={tone} icon={icon}>
          {words(outcome)}
        </Badge>
      );
    },
  },
  {
    id: "status",
    header: "HTTP",
    align: "end",
    cell: ({ httpStatus }) => <span className="tabular">{httpStatus ?? "–"}</span>,
  },
  {
    id: "detail",
    header: "Why",
    cell: ({ detail }) => <span className="wrap-anywhere">{detail ?? "–"}</span>,
  },
  { id: "called", header: "Sent", cell: ({ calledAt }) => <Time at={calledAt} /> },
  {
    id: "duration",
    header: "Took",
    align: "end",
    cell: ({ durationMs }) => (
      <span className="tabular whitespace-nowrap">{formatDuration(durationMs)}</span>
    ),
  },
  {
    id: "attempt",
    header: "Attempt",
    align: "end",
    cell: ({ attempt }) => <span className="tabular">{attempt}</span>,
  },
  {
    id: "object",
    header: "Object at Revio",
    cell: ({ objectId }) =>
      objectId === null ? "–" : <Copyable text={objectId} shown={shortId(objectId)} />,
  },
  {
    id: "request",
    header: "Request",
    cell: ({ requestId }) =>
      requestId === null ? "–" : <Copyable text={requestId} shown={requestId.slice(0, 12)} />,
  },
];

/** What was sent to Revio in the last 90 days. */
export function CallsList() {
  const trpc = useTRPC();
  const { filters: chosen, setFilters, ...place } = useListParams(filters);
  const query = useQuery(
    trpc.providerCall.list.queryOptions(
      {
        ...(chosen.outcome && { outcome: chosen.outcome }),
        ...(chosen.operation && { operation: chosen.operation }),
        ...(chosen.object && { objectId: chosen.object }),
        ...(chosen.transaction && { transactionId: chosen.transaction }),
        ...(chosen.request && { requestId: chosen.request }),
        ...rangeOf(chosen),
        ...(place.cursor && { cursor: place.cursor }),
      },
      { placeholderData: keepPreviousData },
    ),
  );
  return (
    <>
      <FilterBar active={place.activeFilters} onClear={place.clearFilters}>
        <FilterSelect
          label="Outcome"
          value={chosen.outcome}
          choices={outcomes.map((value) => ({ value, label: words(value) }))}
          onChange={(outcome) =>
            setFilters({ outcome: outcomes.find((one) => one === outcome) ?? null })
          }
        />
        <FilterText
          label="Operation"
          placeholder="payouts.execute"
          value={chosen.operation}
          onChange={(operation) => setFilters({ operation })}
        />
        <FilterText
          label="Object at Revio"
          placeholder="UUID"
          value={chosen.object}
          onChange={(object) => setFilters({ object })}
        />
        <FilterText
          label="Request"
          value={chosen.request}
          onChange={(request) => setFilters({ request })}
        />
        <PeriodFilter value={chosen} onChange={setFilters} />
      </FilterBar>
      <DataList
        name="provider-calls"
        label="Calls to Revio"
        query={query}
        columns={columns}
        rowKey={({ id }) => id.toString()}
        activeFilters={place.activeFilters}
        onClearFilters={place.clearFilters}
        cursor={place.cursor}
        onCursor={place.setCursor}
        nothingYet={
          <NothingYet title="Nothing was sent yet">
            Each request to Revio is put on record a moment after it was sent, and kept for 90 days.
          </NothingYet>
        }
      />
    </>
  );
}
