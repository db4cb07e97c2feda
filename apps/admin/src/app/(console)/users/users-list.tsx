"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Snowflake } from "lucide-react";
import { parseAsString, parseAsStringLiteral } from "nuqs";
import { Copyable, shortId } from "../../../components/copyable.tsx";
import { DataList } from "../../../components/list/data-list.tsx";
import type { Column } from "../../../components/list/data-table.tsx";
import { FilterBar, FilterSelect, FilterText } from "../../../components/list/filter-bar.tsx";
import { FilterPeriod } from "../../../components/list/filter-business-days.tsx";
import { useListParams } from "../../../components/list/use-list-params.ts";
import { NothingYet } from "../../../components/states.tsx";
import { StatusBadge } from "../../../components/status-badge.tsx";
import { Time } from "../../../components/time.tsx";
import { Badge } from "../../../components/ui/badge.tsx";
import { periodOf } from "../../../format/business-day.ts";
import { useTRPC } from "../../../trpc/api-provider.tsx";
import type { RouterOutputs } from "../../../trpc/operator-router.ts";

type User = RouterOutputs["user"]["list"]["items"][number];

const statuses = ["active", "suspended", "closed"] as const;
const filters = {
  email: parseAsString,
  status: parseAsStringLiteral(statuses),
  money: parseAsStringLiteral(["frozen"]),
  from: parseAsString,
  to: parseAsString,
};

const columns: readonly Column<User>[] = [
  {
    id: "user",
    header: "User",
    cell: ({ contact, id }) => contact?.fullName ?? shortId(id),
  },
  {
    id: "email",
    header: "E-mail",
    cell: ({ contact }) => contact?.email ?? <Badge tone="bad">Cannot be opened</Badge>,
  },
  {
    id: "status",
    header: "Status",
    cell: ({ status }) => <StatusBadge of="user" status={status} />,
  },
  {
    id: "money",
    header: "Outgoing money",
    cell: ({ outgoingFrozenAt, outgoingFrozenReason }) =>
      outgoingFrozenAt === null ? (
        <span className="text-ink-soft">Free</span>
      ) : (
        <span className="inline-flex max-w-80 items-center gap-2">
          <FrozenBadge />
          <span className="truncate text-ink-soft" title={outgoingFrozenReason ?? undefined}>
            {outgoingFrozenReason}
          </span>
        </span>
      ),
  },
  { id: "registered", header: "Registered", cell: ({ createdAt }) => <Time at={createdAt} /> },
  {
    id: "id",
    header: "Id",
    cell: ({ id }) => (
      <span className="relative z-[1]">
        <Copyable text={id} shown={shortId(id)} />
      </span>
    ),
  },
];

export function FrozenBadge() {
  return (
    <Badge tone="warn" icon={Snowflake}>
      Frozen
    </Badge>
  );
}

export function UsersList() {
  const trpc = useTRPC();
  const { filters: chosen, setFilters, ...place } = useListParams(filters);
  const { email, status, money } = chosen;
  const query = useQuery(
    trpc.user.list.queryOptions(
      {
        ...(email !== null && { email }),
        ...(status !== null && { status }),
        ...(money !== null && { isFrozen: true as const }),
        ...periodOf(chosen),
        ...(place.cursor !== null && { cursor: place.cursor }),
      },
      { placeholderData: keepPreviousData },
    ),
  );
  return (
    <>
      <FilterBar active={place.activeFilters} onClear={place.clearFilters}>
        <FilterText
          label="E-mail, as a whole"
          value={email}
          placeholder="name@example.com"
          onChange={(next) => setFilters({ email: next })}
        />
        <FilterSelect
          label="Status"
          value={status}
          choices={statuses.map((value) => ({ value, label: value }))}
          onChange={(next) => setFilters({ status: next as typeof status })}
        />
        <FilterSelect
          label="Outgoing money"
          value={money}
          choices={[{ value: "frozen", label: "Frozen" }]}
          onChange={(next) => setFilters({ money: next as typeof money })}
        />
        <FilterPeriod from={chosen.from} to={chosen.to} onChange={setFilters} />
      </FilterBar>
      <DataList
        name="users"
        label="Users"
        query={query}
        columns={columns}
        rowKey={({ id }) => id}
        rowHref={({ id }) => `/users/${id}`}
        activeFilters={place.activeFilters}
        onClearFilters={place.clearFilters}
        cursor={place.cursor}
        onCursor={place.setCursor}
        nothingYet={
          <NothingYet title="No users yet">They come by registering with the partner.</NothingYet>
        }
      />
    </>
  );
}
