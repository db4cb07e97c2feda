"use client";
import { keepPreviousData, skipToken, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useMay } from "../../../auth/session-provider.tsx";
import { LiveNotice } from "../../../components/live/live-notice.tsx";
import { DataList } from "../../../components/list/data-list.tsx";
import { useListParams } from "../../../components/list/use-list-params.ts";
import { useSelection } from "../../../components/list/use-selection.ts";
import { NothingYet } from "../../../components/states.tsx";
import { useTRPC } from "../../../trpc/api-provider.tsx";
import { BulkActions } from "./bulk-actions.tsx";
import { ExportDialog } from "./export-dialog.tsx";
import { SavedViews } from "./saved-views.tsx";
import { mistakesIn, toApiFilter, transactionFilters } from "./search-params.ts";
import { transactionColumns } from "./transaction-columns.tsx";
import { TransactionsFilterBar } from "./transactions-filter-bar.tsx";

export function TransactionsList() {
  const trpc = useTRPC();
  const params = useListParams(transactionFilters);
  const { filters: chosen, setFilters, clearFilters, activeFilters, cursor, setCursor } = params;
  // A page of the list is of one moment: "the last hour" moves on with the next look at the page.
  const [openedAt, setOpenedAt] = useState(() => new Date());
  const mistakes = mistakesIn(chosen);
  const filter = toApiFilter(chosen, openedAt);
  const input = {
    ...filter,
    limit: 50,
    ...(chosen.order === "oldest" && { order: "oldest_first" as const }),
    ...(cursor !== null && { cursor }),
  };
  const found = useQuery(
    trpc.transaction.list.queryOptions(mistakes.length > 0 ? skipToken : input, {
      placeholderData: keepPreviousData,
    }),
  );
  // What cannot be read is not asked for: nothing matches it.
  const query =
    mistakes.length > 0
      ? { ...found, data: { items: [], nextCursor: null }, error: null, isPending: false }
      : found;
  const selection = useSelection(query.data?.items.map(({ id }) => id) ?? []);
  const cache = useQueryClient();
  const show = async () => {
    setCursor(null);
    setOpenedAt(new Date());
    await cache.invalidateQueries({ queryKey: trpc.transaction.list.queryKey() });
  };
  const mayExport = useMay("transactions.export");
  const mayNote = useMay("transactions.note");
  return (
    <>
      <SavedViews chosen={chosen} />
      <TransactionsFilterBar
        chosen={chosen}
        onChange={setFilters}
        active={activeFilters}
        onClear={clearFilters}
      />
      {mistakes.length > 0 && (
        <p role="alert" className="mb-3 rounded-md bg-bad-soft px-3 py-2 text-sm text-bad">
          {mistakes.join(" ")}
        </p>
      )}
      <DataList
        name="transactions"
        label="Transactions"
        query={query}
        columns={transactionColumns}
        rowKey={({ id }) => id}
        rowHref={({ id }) => `/transactions/${id}`}
        selection={mayNote ? selection : undefined}
        activeFilters={activeFilters}
        onClearFilters={clearFilters}
        cursor={cursor}
        onCursor={setCursor}
        tools={
          <>
            <LiveNotice watch="transaction" onShow={show} />
            {mayNote && (
              <BulkActions
                selected={selection.selected}
                filter={filter}
                hasFilter={activeFilters > 0 && (query.data?.items.length ?? 0) > 0}
                onDone={selection.clear}
              />
            )}
            {mayExport && <ExportDialog filter={filter} disabled={mistakes.length > 0} />}
          </>
        }
        nothingYet={
          <NothingYet title="No transactions yet">
            The first deposit of a user puts one here.
          </NothingYet>
        }
      />
    </>
  );
}
