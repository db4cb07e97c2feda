"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { accountPage } from "../../../components/links.ts";
import { Money } from "../../../components/money.tsx";
import { LoadError } from "../../../components/states.tsx";
import { words } from "../../../components/status-badge.tsx";
import { Time } from "../../../components/time.tsx";
import { Card } from "../../../components/ui/card.tsx";
import { TableSkeleton } from "../../../components/list/data-table.tsx";
import { useTRPC } from "../../../trpc/api-provider.tsx";

/** The chart of accounts of the house, with what each holds now. */
export function HouseAccounts() {
  const trpc = useTRPC();
  const query = useQuery(trpc.ledger.accounts.queryOptions());
  return (
    <Card title="Accounts of the house" bare>
      {query.data === undefined && query.isPending && <TableSkeleton columns={4} rows={7} />}
      {query.data === undefined && query.error !== null && (
        <LoadError error={query.error} onRetry={() => void query.refetch()} />
      )}
      {query.data !== undefined && (
        <div className="overflow-x-auto">
          <table aria-label="Accounts of the house" className="w-full text-sm">
            <thead className="text-left text-xs text-ink-soft">
              <tr>
                {["Account", "Type", "Grows by", "Last posting"].map((header) => (
                  <th key={header} scope="col" className="px-3 py-2 font-medium">
                    {header}
                  </th>
                ))}
                <th scope="col" className="px-3 py-2 text-right font-medium">
                  Balance
                </th>
              </tr>
            </thead>
            <tbody>
              {query.data.map((account) => (
                <tr key={account.code} className="hover:bg-sunken/70">
                  <th scope="row" className="border-t px-3 py-2 text-left font-medium">
                    <Link href={accountPage(account.code)} className="text-accent hover:underline">
                      {words(account.name)}
                    </Link>
                  </th>
                  <td className="border-t px-3 py-2">{words(account.type)}</td>
                  <td className="border-t px-3 py-2">{words(account.normalSide)}</td>
                  <td className="border-t px-3 py-2">
                    {account.lastPostedAt === null ? (
                      <span className="text-ink-soft">Never</span>
                    ) : (
                      <Time at={account.lastPostedAt} />
                    )}
                  </td>
                  <td className="border-t px-3 py-2 text-right">
                    <Money amountMinor={account.balanceMinor} currency={account.currency} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}
