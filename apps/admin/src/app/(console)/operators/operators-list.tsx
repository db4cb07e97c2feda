"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { parseAsStringLiteral } from "nuqs";
import { useMay } from "../../../auth/session-provider.tsx";
import { DataList } from "../../../components/list/data-list.tsx";
import type { Column } from "../../../components/list/data-table.tsx";
import { FilterBar, FilterSelect } from "../../../components/list/filter-bar.tsx";
import { useListParams } from "../../../components/list/use-list-params.ts";
import { NothingYet } from "../../../components/states.tsx";
import { StatusBadge, words } from "../../../components/status-badge.tsx";
import { Time } from "../../../components/time.tsx";
import { Badge } from "../../../components/ui/badge.tsx";
import { buttonLook } from "../../../components/ui/button.tsx";
import { useTRPC } from "../../../trpc/api-provider.tsx";
import { InviteOperator } from "./invite-operator.tsx";
import { OpenInvitations } from "./open-invitations.tsx";
import { type OperatorRow, type Role, roles } from "./operator-words.ts";

const statuses = ["active", "suspended"] as const;
const filters = {
  role: parseAsStringLiteral(roles),
  status: parseAsStringLiteral(statuses),
};

const columns: Column<OperatorRow>[] = [
  {
    id: "name",
    header: "Name",
    cell: ({ displayName }) => (
      <span className="block max-w-56 truncate" title={displayName}>
        {displayName}
      </span>
    ),
  },
  {
    id: "email",
    header: "Address",
    cell: ({ email }) => (
      <span className="block max-w-52 truncate" title={email}>
        {email}
      </span>
    ),
  },
  { id: "role", header: "Role", cell: ({ role }) => words(role) },
  {
    id: "status",
    header: "Status",
    cell: ({ status }) => <StatusBadge of="operator" status={status} />,
  },
  {
    id: "factors",
    header: "Second factor",
    cell: (row) => factorsOf(row),
    hiddenAtFirst: true,
  },
  {
    id: "lastActive",
    header: "Last active",
    cell: ({ lastActiveAt }) => (lastActiveAt === null ? "Never" : <Time at={lastActiveAt} />),
  },
  {
    id: "asked",
    header: "Open request",
    cell: ({ openApprovalId }) =>
      openApprovalId === null ? "–" : <Badge tone="warn">Waiting for a decision</Badge>,
  },
];

function factorsOf({ passkeys, hasTotp }: OperatorRow): string {
  const found = [
    ...(passkeys > 0 ? [passkeys === 1 ? "Passkey" : `${passkeys} passkeys`] : []),
    ...(hasTotp ? ["Authenticator app"] : []),
  ];
  return found.length === 0 ? "None yet" : found.join(", ");
}

/** Everybody who can sign in, and who is invited to. */
export function OperatorsList() {
  const trpc = useTRPC();
  const mayManage = useMay("operators.manage");
  const { filters: chosen, setFilters, ...place } = useListParams(filters);
  const query = useQuery(
    trpc.operator.list.queryOptions(
      {
        ...(chosen.role && { role: chosen.role }),
        ...(chosen.status && { status: chosen.status }),
        ...(place.cursor !== null && { cursor: place.cursor }),
      },
      { placeholderData: keepPreviousData },
    ),
  );
  return (
    <>
      <FilterBar active={place.activeFilters} onClear={place.clearFilters}>
        <FilterSelect
          label="Role"
          value={chosen.role}
          choices={roles.map((value) => ({ value, label: words(value) }))}
          onChange={(role) => setFilters({ role: role as Role | null })}
        />
        <FilterSelect
          label="Status"
          value={chosen.status}
          choices={statuses.map((value) => ({ value, label: words(value) }))}
          onChange={(status) => setFilters({ status: status as "active" | "suspended" | null })}
        />
        <span className="flex-1" />
        <Link href="/operators/roles" className={buttonLook({})}>
          What roles may do
        </Link>
        {mayManage && <InviteOperator />}
      </FilterBar>
      <DataList
        name="operators"
        label="Operators"
        query={query}
        columns={columns}
        rowKey={({ id }) => id}
        rowHref={({ id }) => `/operators/${id}`}
        activeFilters={place.activeFilters}
        onClearFilters={place.clearFilters}
        cursor={place.cursor}
        onCursor={place.setCursor}
        nothingYet={<NothingYet title="Nobody yet">An invitation makes an operator.</NothingYet>}
      />
      {mayManage && <OpenInvitations />}
    </>
  );
}
