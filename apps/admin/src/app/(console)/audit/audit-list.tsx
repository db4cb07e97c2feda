"use client";
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { parseAsString, parseAsStringLiteral } from "nuqs";
import { shortId } from "../../../components/copyable.tsx";
import { DataList } from "../../../components/list/data-list.tsx";
import type { Column } from "../../../components/list/data-table.tsx";
import { FilterBar, FilterSelect, FilterText } from "../../../components/list/filter-bar.tsx";
import { PeriodFilter, periodFilters, rangeOf } from "../../../components/list/filter-period.tsx";
import { useListParams } from "../../../components/list/use-list-params.ts";
import { LiveNotice } from "../../../components/live/live-notice.tsx";
import { NothingYet } from "../../../components/states.tsx";
import { words } from "../../../components/status-badge.tsx";
import { Time } from "../../../components/time.tsx";
import { useTRPC } from "../../../trpc/api-provider.tsx";
import type { RouterOutputs } from "../../../trpc/operator-router.ts";
import { Actor } from "./actor.tsx";

type AuditEvent = RouterOutputs["audit"]["list"]["items"][number];

const actors = ["operator", "user", "system", "provider"] as const;
const filters = {
  actor: parseAsStringLiteral(actors),
  actorId: parseAsString,
  action: parseAsString,
  kind: parseAsString,
  subject: parseAsString,
  ...periodFilters,
};

const columns: readonly Column<AuditEvent>[] = [
  { id: "action", header: "Action", cell: ({ action }) => words(action) },
  { id: "actor", header: "Who", cell: (event) => <Actor event={event} /> },
  {
    id: "subject",
    header: "To what",
    cell: ({ subjectKind, subjectId, subjectName }) => (
      <span>
        {words(subjectKind)}{" "}
        <span className={subjectName === null ? "font-mono text-xs" : ""}>
          {subjectName ?? (subjectId.length > 24 ? shortId(subjectId) : subjectId)}
        </span>
      </span>
    ),
  },
  {
    id: "why",
    header: "Why",
    cell: ({ details }) => {
      const reason = details["reason"];
      return (
        <span className="line-clamp-2 max-w-md wrap-anywhere">
          {typeof reason === "string" ? inWords(reason) : "–"}
        </span>
      );
    },
  },
  { id: "at", header: "When", cell: ({ occurredAt }) => <Time at={occurredAt} /> },
  {
    id: "sequence",
    header: "No.",
    align: "end",
    hiddenAtFirst: true,
    cell: ({ sequence }) => <span className="tabular">{sequence.toString()}</span>,
  },
];

/** People write sentences; what the wallet did by itself has a code. */
function inWords(reason: string): string {
  return /^[a-z]+(_[a-z]+)*$/.test(reason) ? words(reason) : reason;
}

/** The audit trail. */
export function AuditList() {
  const trpc = useTRPC();
  const cache = useQueryClient();
  const { filters: chosen, setFilters, ...place } = useListParams(filters);
  const known = useQuery(trpc.audit.listWords.queryOptions(undefined, { staleTime: 60_000 }));
  const { actor, actorId, action, kind, subject } = chosen;
  const query = useQuery(
    trpc.audit.list.queryOptions(
      {
        ...(actor && { actor: { kind: actor, ...(actorId && { id: actorId }) } }),
        ...(action && { action }),
        ...(kind && subject && { subject: { kind, id: subject } }),
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
          label="Who"
          value={actor}
          choices={actors.map((value) => ({ value, label: words(value) }))}
          onChange={(next) =>
            setFilters({ actor: actors.find((one) => one === next) ?? null, actorId: null })
          }
        />
        {actor !== null && (
          <FilterText
            label={`Id of the ${actor}`}
            value={actorId}
            onChange={(next) => setFilters({ actorId: next })}
          />
        )}
        <FilterSelect
          label="Action"
          value={action}
          choices={(known.data?.actions ?? []).map((value) => ({ value, label: words(value) }))}
          onChange={(next) => setFilters({ action: next })}
        />
        <FilterSelect
          label="To what"
          value={kind}
          choices={(known.data?.subjectKinds ?? []).map((value) => ({
            value,
            label: words(value),
          }))}
          onChange={(next) => setFilters({ kind: next, subject: null })}
        />
        {kind !== null && (
          <FilterText
            label={`Id of the ${words(kind).toLowerCase()}`}
            value={subject}
            placeholder="Needed to filter by it"
            onChange={(next) => setFilters({ subject: next })}
          />
        )}
        <PeriodFilter value={chosen} onChange={setFilters} />
      </FilterBar>
      <DataList
        name="audit"
        label="Audit log"
        query={query}
        columns={columns}
        rowKey={({ sequence }) => sequence.toString()}
        rowHref={({ sequence }) => `/audit/${sequence}`}
        activeFilters={place.activeFilters}
        onClearFilters={place.clearFilters}
        cursor={place.cursor}
        onCursor={place.setCursor}
        nothingYet={
          <NothingYet title="Nothing is on record yet">
            Whatever changes something leaves a line here.
          </NothingYet>
        }
        tools={
          <LiveNotice
            watch="audit"
            onShow={async () => {
              place.setCursor(null);
              await cache.invalidateQueries({ queryKey: trpc.audit.pathKey() });
            }}
          />
        }
      />
    </>
  );
}
