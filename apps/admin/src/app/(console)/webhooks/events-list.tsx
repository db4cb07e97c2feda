"use client";
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { parseAsBoolean, parseAsString, parseAsStringLiteral, useQueryState } from "nuqs";
import { useState } from "react";
import { useMay } from "../../../auth/session-provider.tsx";
import { Copyable, shortId } from "../../../components/copyable.tsx";
import { DataList } from "../../../components/list/data-list.tsx";
import type { Column } from "../../../components/list/data-table.tsx";
import { FilterBar, FilterSelect, FilterText } from "../../../components/list/filter-bar.tsx";
import { PeriodFilter, periodFilters, rangeOf } from "../../../components/list/filter-period.tsx";
import { useListParams } from "../../../components/list/use-list-params.ts";
import { useSelection } from "../../../components/list/use-selection.ts";
import { LiveNotice } from "../../../components/live/live-notice.tsx";
import { NothingYet } from "../../../components/states.tsx";
import { StatusBadge, words } from "../../../components/status-badge.tsx";
import { Time } from "../../../components/time.tsx";
import { Button } from "../../../components/ui/button.tsx";
import { Checkbox } from "../../../components/ui/input.tsx";
import { useTRPC } from "../../../trpc/api-provider.tsx";
import type { RouterOutputs } from "../../../trpc/operator-router.ts";
import { ReprocessDialog, type ReprocessScope } from "./reprocess-dialog.tsx";

export type ProviderEvent = RouterOutputs["webhook"]["list"]["items"][number];

const states = ["received", "applied", "ignored", "parked"] as const;
const filters = {
  state: parseAsStringLiteral(states),
  type: parseAsString,
  outcome: parseAsString,
  object: parseAsString,
  transaction: parseAsString,
  ...periodFilters,
};

const eventColumns: readonly Column<ProviderEvent>[] = [
  { id: "type", header: "Event", cell: ({ eventType }) => eventType },
  {
    id: "state",
    header: "State",
    cell: ({ state }) => <StatusBadge of="provider_event" status={state} />,
  },
  {
    id: "outcome",
    header: "What came of it",
    cell: ({ outcome }) => (
      <span className="block min-w-40">{outcome === null ? "–" : words(outcome)}</span>
    ),
  },
  { id: "received", header: "Received", cell: ({ receivedAt }) => <Time at={receivedAt} /> },
  {
    id: "transaction",
    header: "Transaction",
    cell: ({ transactionId, transactionReference }) =>
      transactionId === null ? (
        "–"
      ) : (
        <Link
          href={`/transactions/${transactionId}`}
          className="relative z-10 whitespace-nowrap text-accent hover:underline"
        >
          {transactionReference ?? shortId(transactionId)}
        </Link>
      ),
  },
  {
    id: "object",
    header: "Object at Revio",
    cell: ({ objectId }) =>
      objectId === null ? (
        "–"
      ) : (
        <Copyable text={objectId} shown={shortId(objectId)} className="relative z-10" />
      ),
  },
  {
    id: "deliveries",
    header: "Came",
    align: "end",
    cell: ({ deliveries }) => <span className="tabular">{deliveries}×</span>,
  },
];

/** Webhooks that were taken in. */
export function EventsList() {
  const trpc = useTRPC();
  const cache = useQueryClient();
  const mayReprocess = useMay("webhooks.reprocess");
  const [isTail, setTail] = useQueryState("tail", parseAsBoolean.withDefault(false));
  const [scope, setScope] = useState<ReprocessScope>();
  const { filters: chosen, setFilters, ...place } = useListParams(filters);
  const filter = {
    ...(chosen.state && { state: chosen.state }),
    ...(chosen.type && { eventType: chosen.type }),
    ...(chosen.outcome && { outcome: chosen.outcome }),
    ...(chosen.object && { objectId: chosen.object }),
    ...(chosen.transaction && { transactionId: chosen.transaction }),
    ...rangeOf(chosen),
  };
  const query = useQuery(
    trpc.webhook.list.queryOptions(
      { ...filter, ...(place.cursor && { cursor: place.cursor }) },
      { placeholderData: keepPreviousData },
    ),
  );
  const types = useQuery(trpc.webhook.overview.queryOptions({ hours: 24 }));
  const selection = useSelection(query.data?.items.map(({ id }) => id) ?? []);
  const show = async () => {
    place.setCursor(null);
    await cache.invalidateQueries({ queryKey: trpc.webhook.pathKey() });
  };
  return (
    <>
      <FilterBar active={place.activeFilters} onClear={place.clearFilters}>
        <FilterSelect
          label="State"
          value={chosen.state}
          choices={states.map((value) => ({ value, label: words(value) }))}
          onChange={(state) => setFilters({ state: states.find((one) => one === state) ?? null })}
        />
        <FilterSelect
          label="Event"
          value={chosen.type}
          choices={(types.data?.eventTypes ?? []).map((value) => ({ value, label: value }))}
          onChange={(type) => setFilters({ type })}
        />
        <FilterText
          label="What came of it"
          placeholder="deposit.completed"
          value={chosen.outcome}
          onChange={(outcome) => setFilters({ outcome })}
        />
        <FilterText
          label="Object at Revio"
          placeholder="UUID"
          value={chosen.object}
          onChange={(object) => setFilters({ object })}
        />
        <FilterText
          label="Transaction"
          placeholder="UUID"
          value={chosen.transaction}
          onChange={(transaction) => setFilters({ transaction })}
        />
        <PeriodFilter value={chosen} onChange={setFilters} />
      </FilterBar>
      <DataList
        name="webhooks"
        label="Webhooks"
        query={query}
        columns={eventColumns}
        rowKey={({ id }) => id}
        rowHref={({ id }) => `/webhooks/${id}`}
        {...(mayReprocess && { selection })}
        activeFilters={place.activeFilters}
        onClearFilters={place.clearFilters}
        cursor={place.cursor}
        onCursor={place.setCursor}
        nothingYet={
          <NothingYet title="No webhooks yet">
            Revio sends one for whatever happens to a purchase or a payout.
          </NothingYet>
        }
        tools={
          <>
            <LiveNotice watch="webhook" onShow={show} isTail={isTail} />
            <label className="flex min-h-7 items-center gap-2 px-2 text-xs">
              <Checkbox
                checked={isTail}
                onChange={({ target }) => void setTail(target.checked ? true : null)}
              />
              Follow as they come
            </label>
            {mayReprocess && (
              <ReprocessButtons
                selected={selection.selected}
                mayTakeAll={place.activeFilters > 0 && query.data?.items.length !== 0}
                onSelected={() => setScope({ ids: selection.selected })}
                onAll={() => setScope({ filter })}
              />
            )}
          </>
        }
      />
      {scope !== undefined && (
        <ReprocessDialog
          scope={scope}
          onClose={() => {
            setScope(undefined);
            selection.clear();
          }}
        />
      )}
    </>
  );
}

function ReprocessButtons({
  selected,
  mayTakeAll,
  onSelected,
  onAll,
}: {
  selected: readonly string[];
  /** Something is filtered by, and something matches. */
  mayTakeAll: boolean;
  onSelected: () => void;
  onAll: () => void;
}) {
  return (
    <>
      <Button size="sm" disabled={selected.length === 0} onClick={onSelected}>
        Process {selected.length} again
      </Button>
      <Button size="sm" disabled={!mayTakeAll} onClick={onAll}>
        Process all that match
      </Button>
    </>
  );
}
