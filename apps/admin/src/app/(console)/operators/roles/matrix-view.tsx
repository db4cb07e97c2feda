"use client";
import { useQuery } from "@tanstack/react-query";
import { Check } from "lucide-react";
import { Money } from "../../../../components/money.tsx";
import { LoadError } from "../../../../components/states.tsx";
import { words } from "../../../../components/status-badge.tsx";
import { Card } from "../../../../components/ui/card.tsx";
import { Skeleton } from "../../../../components/ui/skeleton.tsx";
import { useTRPC } from "../../../../trpc/api-provider.tsx";
import type { RouterOutputs } from "../../../../trpc/operator-router.ts";
import { type Role, roles } from "../operator-words.ts";

type Matrix = RouterOutputs["operator"]["matrix"];

/** Each permission and each kind of approval, by role. */
export function MatrixView() {
  const trpc = useTRPC();
  const query = useQuery(trpc.operator.matrix.queryOptions());
  if (query.isPending) return <Skeleton className="h-64" />;
  if (query.data === undefined) {
    return <LoadError error={query.error} onRetry={() => void query.refetch()} />;
  }
  const { permissions, approvalRights } = query.data;
  const kinds = [...new Set(approvalRights.map(({ kind }) => kind))];
  return (
    <div className="flex flex-col gap-4">
      <Card title="Permissions" bare>
        <Table
          label="Permissions by role"
          rows={permissions.map(({ permission, roles: may }) => ({
            name: permission,
            cell: (role) => (may.includes(role) ? <Yes /> : <No />),
          }))}
        />
      </Card>
      <Card title="Approvals" bare>
        <Table
          label="Approvals by role"
          rows={kinds.map((kind) => ({
            name: words(kind),
            cell: (role) => <Right right={rightOf(approvalRights, kind, role)} />,
          }))}
        />
      </Card>
    </div>
  );
}

function rightOf(rights: Matrix["approvalRights"], kind: string, role: Role) {
  return rights.find((one) => one.kind === kind && one.role === role);
}

function Table({
  label,
  rows,
}: {
  label: string;
  rows: readonly { name: string; cell: (role: Role) => React.ReactNode }[];
}) {
  return (
    <div className="overflow-x-auto" tabIndex={0} role="region" aria-label={label}>
      <table aria-label={label} className="w-full text-sm">
        <thead>
          <tr className="border-b text-xs text-ink-soft">
            <th scope="col" className="sticky left-0 bg-panel px-3 py-2 text-left font-medium">
              Right
            </th>
            {roles.map((role) => (
              <th key={role} scope="col" className="px-3 py-2 text-center font-medium">
                {words(role)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, cell }) => (
            <tr key={name} className="border-b last:border-b-0 hover:bg-sunken/70">
              <th
                scope="row"
                className="sticky left-0 bg-panel px-3 py-1.5 text-left font-normal whitespace-nowrap"
              >
                {name}
              </th>
              {roles.map((role) => (
                <td key={role} className="px-3 py-1.5 text-center">
                  {cell(role)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Yes() {
  return <Check className="mx-auto size-4 text-good" role="img" aria-label="Yes" />;
}

function No() {
  return <span className="text-ink-faint">–</span>;
}

function Right({ right }: { right: Matrix["approvalRights"][number] | undefined }) {
  if (right === undefined) return <No />;
  return (
    <span className="flex flex-col items-center text-xs">
      {right.mayRequest && <span>asks</span>}
      {right.mayDecide && (
        <span>
          decides
          {right.maxAmountMinor !== null && (
            <>
              {" up to "}
              <Money amountMinor={right.maxAmountMinor} currency="ZAR" />
            </>
          )}
        </span>
      )}
    </span>
  );
}
