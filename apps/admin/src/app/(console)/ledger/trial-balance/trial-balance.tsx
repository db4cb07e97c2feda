"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Scale } from "lucide-react";
import Link from "next/link";
import { parseAsIsoDateTime, useQueryState } from "nuqs";
import { InstantField } from "../../../../components/instant-field.tsx";
import { TableSkeleton } from "../../../../components/list/data-table.tsx";
import { accountPage } from "../../../../components/links.ts";
import { Money } from "../../../../components/money.tsx";
import { LoadError } from "../../../../components/states.tsx";
import { words } from "../../../../components/status-badge.tsx";
import { Time } from "../../../../components/time.tsx";
import { Badge } from "../../../../components/ui/badge.tsx";
import { Button } from "../../../../components/ui/button.tsx";
import { Card } from "../../../../components/ui/card.tsx";
import { useTRPC } from "../../../../trpc/api-provider.tsx";
import type { RouterOutputs } from "../../../../trpc/operator-router.ts";

type Balance = RouterOutputs["ledger"]["trialBalance"];

/** The moment is in the URL, so that a link shows the same figures. */
export function TrialBalance() {
  const trpc = useTRPC();
  const [at, setAt] = useQueryState("at", parseAsIsoDateTime.withOptions({ history: "push" }));
  const query = useQuery(
    trpc.ledger.trialBalance.queryOptions(at === null ? {} : { asOf: at }, {
      placeholderData: keepPreviousData,
    }),
  );
  return (
    <>
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <InstantField label="As of" value={at} onChange={(next) => void setAt(next)} />
        {at !== null && (
          <Button size="sm" look="ghost" onClick={() => void setAt(null)}>
            Now
          </Button>
        )}
      </div>
      {query.data === undefined && query.isPending && (
        <Card bare>
          <TableSkeleton columns={4} rows={10} />
        </Card>
      )}
      {query.error !== null && (
        <LoadError error={query.error} onRetry={() => void query.refetch()} />
      )}
      {query.data !== undefined && query.error === null && (
        <div className="flex flex-col gap-4">
          {query.data.totals.map(({ currency }) => (
            <Currency key={currency} currency={currency} balance={query.data} />
          ))}
          {query.data.totals.length === 0 && <p>No accounts are open yet.</p>}
          <p className="text-xs text-ink-soft">
            As of <Time at={query.data.asOf} />.{" "}
            {query.data.startsFrom === null
              ? "Summed from the first posting on."
              : `The signed figures of ${query.data.startsFrom.businessOn}, and every posting since.`}
          </p>
        </div>
      )}
    </>
  );
}

const cell = "border-t px-3 py-2";

function Currency({ currency, balance }: { currency: string; balance: Balance }) {
  const lines = balance.lines.filter((line) => line.currency === currency);
  const total = balance.totals.find((one) => one.currency === currency);
  const isBalanced = total?.debitMinor === total?.creditMinor;
  return (
    <Card
      title={currency}
      bare
      actions={
        <Badge tone={isBalanced ? "good" : "bad"} icon={Scale}>
          {isBalanced ? "Debits equal credits" : "Debits and credits differ"}
        </Badge>
      }
    >
      <div className="overflow-x-auto">
        <table aria-label={`Trial balance in ${currency}`} className="w-full text-sm">
          <thead className="text-left text-xs text-ink-soft">
            <tr>
              <th scope="col" className="px-3 py-2 font-medium">
                Account
              </th>
              <th scope="col" className="px-3 py-2 font-medium">
                Type
              </th>
              <th scope="col" className="px-3 py-2 text-right font-medium">
                Debit
              </th>
              <th scope="col" className="px-3 py-2 text-right font-medium">
                Credit
              </th>
            </tr>
          </thead>
          <tbody>
            {lines.map((line) => (
              <Line key={line.accountCode ?? line.name} line={line} />
            ))}
          </tbody>
          {total !== undefined && (
            <tfoot>
              <tr className="bg-sunken/60 font-medium">
                <th scope="row" colSpan={2} className={`${cell} text-left font-medium`}>
                  Total
                </th>
                <td className={`${cell} text-right`}>
                  <Money amountMinor={total.debitMinor} currency={currency} />
                </td>
                <td className={`${cell} text-right`}>
                  <Money amountMinor={total.creditMinor} currency={currency} />
                </td>
              </tr>
            </tfoot>
          )}
        </table>
      </div>
    </Card>
  );
}

function Line({ line }: { line: Balance["lines"][number] }) {
  return (
    <tr>
      <th scope="row" className={`${cell} text-left font-normal`}>
        {line.accountCode === null ? (
          <>
            {words(line.name)} <span className="text-ink-soft">of all users</span>
          </>
        ) : (
          <Link href={accountPage(line.accountCode)} className="text-accent hover:underline">
            {words(line.name)}
          </Link>
        )}
      </th>
      <td className={cell}>{words(line.type)}</td>
      <Side line={line} side="debit" />
      <Side line={line} side="credit" />
    </tr>
  );
}

/** A balance against its normal side stands on the other one. */
function Side({ line, side }: { line: Balance["lines"][number]; side: "debit" | "credit" }) {
  const isHere = (line.normalSide === side) === line.balanceMinor >= 0n;
  const amountMinor = line.balanceMinor < 0n ? -line.balanceMinor : line.balanceMinor;
  return (
    <td className={`${cell} text-right`}>
      {isHere && amountMinor !== 0n && <Money amountMinor={amountMinor} currency={line.currency} />}
    </td>
  );
}
