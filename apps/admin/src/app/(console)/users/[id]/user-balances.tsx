"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { parseAsIsoDateTime, useQueryState } from "nuqs";
import { accountPage } from "../../../../components/links.ts";
import { InstantField } from "../../../../components/instant-field.tsx";
import { Money } from "../../../../components/money.tsx";
import { LoadError } from "../../../../components/states.tsx";
import { Card } from "../../../../components/ui/card.tsx";
import { Button } from "../../../../components/ui/button.tsx";
import { useTRPC } from "../../../../trpc/api-provider.tsx";
import type { User } from "./user-actions.tsx";

const rows = [
  ["available", "availableMinor", "Available"],
  ["pending", "pendingMinor", "Pending"],
  ["receivable", "receivableMinor", "Owed to us"],
] as const;

/** What the user has now, and what they had at any moment; the moment is in the URL. */
export function UserBalances({ user }: { user: User }) {
  const trpc = useTRPC();
  const [at, setAt] = useQueryState("at", parseAsIsoDateTime.withOptions({ history: "push" }));
  const then = useQuery(
    trpc.user.balancesAsOf.queryOptions(
      { userId: user.id, at: at ?? new Date(0) },
      { enabled: at !== null, placeholderData: keepPreviousData },
    ),
  );
  return (
    <Card
      title="Balances"
      actions={
        <div className="flex items-center gap-2">
          <InstantField label="As of" value={at} onChange={(next) => void setAt(next)} />
          {at !== null && (
            <Button size="sm" look="ghost" onClick={() => void setAt(null)}>
              Now
            </Button>
          )}
        </div>
      }
    >
      {at !== null && then.error !== null && (
        <LoadError error={then.error} onRetry={() => void then.refetch()} />
      )}
      {user.balances.map((now) => (
        <BalancesTable
          key={now.currency}
          userId={user.id}
          now={now}
          then={at === null ? null : then.data?.currency === now.currency ? then.data : undefined}
        />
      ))}
    </Card>
  );
}

type Balances = User["balances"][number];

/** `then`: null if nobody asked, undefined until it is known. */
function BalancesTable({
  userId,
  now,
  then,
}: {
  userId: string;
  now: Balances;
  then: Balances | null | undefined;
}) {
  return (
    <table className="w-full text-sm">
      <thead className="text-right text-xs text-ink-soft">
        <tr>
          <th scope="col" className="pb-1.5 text-left font-medium">
            {now.currency}
          </th>
          <th scope="col" className="pb-1.5 font-medium">
            Now
          </th>
          {then !== null && (
            <th scope="col" className="pb-1.5 font-medium">
              Then
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, field, label]) => (
          <tr key={name}>
            <th scope="row" className="border-t py-2 text-left font-normal">
              <Link
                href={accountPage(`user:${userId}:${name}:${now.currency}`)}
                className="text-accent hover:underline"
              >
                {label}
              </Link>
            </th>
            <td className="border-t py-2 text-right">
              <Money amountMinor={now[field]} currency={now.currency} />
            </td>
            {then !== null && (
              <td className="border-t py-2 text-right">
                {then === undefined ? (
                  "…"
                ) : (
                  <Money amountMinor={then[field]} currency={now.currency} />
                )}
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
