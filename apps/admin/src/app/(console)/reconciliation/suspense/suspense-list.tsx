"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { parseAsStringLiteral } from "nuqs";
import { DataList } from "../../../../components/list/data-list.tsx";
import type { Column } from "../../../../components/list/data-table.tsx";
import { FilterBar, FilterSelect } from "../../../../components/list/filter-bar.tsx";
import { useListParams } from "../../../../components/list/use-list-params.ts";
import { Copyable, shortId } from "../../../../components/copyable.tsx";
import { Money } from "../../../../components/money.tsx";
import { NothingYet } from "../../../../components/states.tsx";
import { words } from "../../../../components/status-badge.tsx";
import { Age, Time } from "../../../../components/time.tsx";
import { useTRPC } from "../../../../trpc/api-provider.tsx";
import { ProposeRelease } from "./propose-release.tsx";
import type { SuspensePayment } from "./suspense-words.ts";

const states = ["held", "released"] as const;
const filters = { state: parseAsStringLiteral(states).withDefault("held") };

const columns: Column<SuspensePayment>[] = [
  {
    id: "purchase",
    header: "Payment at Revio",
    cell: ({ purchaseId }) => <Copyable text={purchaseId} shown={shortId(purchaseId)} />,
  },
  { id: "reason", header: "Why", cell: ({ reason }) => words(reason) },
  {
    id: "paid",
    header: "Paid",
    align: "end",
    cell: ({ amountMinor, currency }) => <Money amountMinor={amountMinor} currency={currency} />,
  },
  {
    id: "held",
    header: "Held now",
    align: "end",
    cell: ({ heldMinor, currency }) => <Money amountMinor={heldMinor} currency={currency} />,
  },
  {
    id: "transaction",
    header: "Deposit that it names",
    cell: ({ transactionId }) => (transactionId === null ? "None" : shortId(transactionId)),
  },
  {
    id: "since",
    header: "Held for",
    align: "end",
    cell: ({ heldAt, releasedAt }) =>
      releasedAt === null ? <Age since={heldAt} /> : <Time at={releasedAt} />,
  },
  { id: "act", header: "", cell: (payment) => <ProposeRelease payment={payment} /> },
];

/** One payment at a time goes out of suspense, whole, by two people. */
export function SuspenseList() {
  const trpc = useTRPC();
  const { filters: chosen, setFilters, ...place } = useListParams(filters);
  const query = useQuery(
    trpc.suspense.list.queryOptions(
      { state: chosen.state, ...(place.cursor !== null && { cursor: place.cursor }) },
      { placeholderData: keepPreviousData },
    ),
  );
  return (
    <>
      <FilterBar active={place.activeFilters} onClear={place.clearFilters}>
        <FilterSelect
          label="State"
          value={chosen.state}
          choices={states.map((value) => ({ value, label: words(value) }))}
          onChange={(state) => setFilters({ state: (state ?? "held") as (typeof states)[number] })}
        />
      </FilterBar>
      <DataList
        name="suspense"
        label="Payments in suspense"
        query={query}
        columns={columns}
        rowKey={({ purchaseId }) => purchaseId}
        activeFilters={place.activeFilters}
        onClearFilters={place.clearFilters}
        cursor={place.cursor}
        onCursor={place.setCursor}
        nothingYet={
          <NothingYet title="Suspense is empty">
            A payment that nobody may be credited with is held here until it is clear whose it is.
          </NothingYet>
        }
      />
    </>
  );
}
