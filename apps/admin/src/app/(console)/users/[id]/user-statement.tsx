"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { parseAsString } from "nuqs";
import { FilterBar } from "../../../../components/list/filter-bar.tsx";
import { FilterPeriod } from "../../../../components/list/filter-business-days.tsx";
import { useListParams } from "../../../../components/list/use-list-params.ts";
import { periodOf } from "../../../../format/business-day.ts";
import { useTRPC } from "../../../../trpc/api-provider.tsx";
import { StatementList } from "../../ledger/statement-list.tsx";

const filters = { from: parseAsString, to: parseAsString };

export function UserStatement({ userId }: { userId: string }) {
  const trpc = useTRPC();
  const { filters: chosen, setFilters, ...place } = useListParams(filters);
  const query = useQuery(
    trpc.user.statement.queryOptions(
      { userId, ...periodOf(chosen), ...(place.cursor !== null && { cursor: place.cursor }) },
      { placeholderData: keepPreviousData },
    ),
  );
  return (
    <>
      <FilterBar active={place.activeFilters} onClear={place.clearFilters}>
        <FilterPeriod from={chosen.from} to={chosen.to} onChange={setFilters} />
      </FilterBar>
      <StatementList name="user-statement" query={query} place={place} showAccount />
    </>
  );
}
