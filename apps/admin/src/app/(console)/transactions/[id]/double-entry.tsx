"use client";
import { useQuery } from "@tanstack/react-query";
import { CircleCheck, CircleX, Hourglass } from "lucide-react";
import Link from "next/link";
import { Money } from "../../../../components/money.tsx";
import { LoadError, NothingYet } from "../../../../components/states.tsx";
import { words } from "../../../../components/status-badge.tsx";
import { Time } from "../../../../components/time.tsx";
import { Badge } from "../../../../components/ui/badge.tsx";
import { Card } from "../../../../components/ui/card.tsx";
import { Skeleton } from "../../../../components/ui/skeleton.tsx";
import { useTRPC } from "../../../../trpc/api-provider.tsx";
import type { RouterOutputs } from "../../../../trpc/operator-router.ts";

type Entry = RouterOutputs["transaction"]["entries"]["entries"][number];

/** The journal entries as an accountant reads them; what is only reserved apart from what is posted. */
export function DoubleEntry({ transactionId }: { transactionId: string }) {
  const trpc = useTRPC();
  const query = useQuery(trpc.transaction.entries.queryOptions({ transactionId }));
  if (query.data === undefined) {
    return query.isPending ? (
      <div role="status" aria-label="Loading">
        <Skeleton className="h-48" />
      </div>
    ) : (
      <Card>
        <LoadError error={query.error} onRetry={() => void query.refetch()} />
      </Card>
    );
  }
  const { entries } = query.data;
  if (entries.length === 0) {
    return (
      <Card>
        <NothingYet title="Nothing is posted">No money has moved for this transaction.</NothingYet>
      </Card>
    );
  }
  const stages = [
    ["Pending", entries.filter(({ stage }) => stage === "pending")],
    ["Posted", entries.filter(({ stage }) => stage === "posted")],
  ] as const;
  return (
    <div className="flex flex-col gap-4">
      {stages.map(([title, ofStage]) =>
        ofStage.length === 0 ? null : (
          <section key={title} aria-label={title} className="flex flex-col gap-3">
            <h2 className="text-sm font-semibold text-ink-soft">{title}</h2>
            {ofStage.map((entry) => (
              <JournalEntry key={entry.id} entry={entry} />
            ))}
          </section>
        ),
      )}
      <p className="text-xs text-ink-soft">
        What is posted is never changed. A correction is an entry of its own, which one operator
        proposes and another approves.
      </p>
    </div>
  );
}

function JournalEntry({ entry }: { entry: Entry }) {
  const isBalanced = entry.totals.every((one) => one.isBalanced);
  const head = "px-3 py-1.5 text-left text-xs font-medium text-ink-soft";
  return (
    <Card
      bare
      title={
        <Link href={`/ledger/entries/${entry.id}`} className="text-accent">
          {words(entry.event)}
        </Link>
      }
      actions={
        <span className="flex flex-wrap items-center gap-2 text-xs text-ink-soft">
          {entry.stage === "pending" && (
            <Badge tone="warn" icon={Hourglass}>
              Pending
            </Badge>
          )}
          <Badge tone={isBalanced ? "good" : "bad"} icon={isBalanced ? CircleCheck : CircleX}>
            {isBalanced ? "Balanced" : "Not balanced"}
          </Badge>
          <Time at={entry.postedAt} />
        </span>
      }
    >
      <div className="overflow-x-auto">
        <table aria-label={words(entry.event)} className="w-full text-sm">
          <thead>
            <tr className="border-b">
              <th scope="col" className={head}>
                Account
              </th>
              <th scope="col" className={`${head} text-right`}>
                Debit
              </th>
              <th scope="col" className={`${head} text-right`}>
                Credit
              </th>
              <th scope="col" className={`${head} text-right`}>
                Balance before
              </th>
              <th scope="col" className={`${head} text-right`}>
                Balance after
              </th>
            </tr>
          </thead>
          <tbody>
            {entry.postings.map((line) => (
              <tr key={line.postingId.toString()} className="border-b">
                <td className="px-3 py-2">
                  <Link href={`/ledger/accounts/${line.accountId}`} className="text-accent">
                    {line.userId === null ? "House" : "User"}: {words(line.accountName)}
                  </Link>
                </td>
                <Amount
                  show={line.direction === "debit"}
                  of={line.amountMinor}
                  in={line.currency}
                />
                <Amount
                  show={line.direction === "credit"}
                  of={line.amountMinor}
                  in={line.currency}
                />
                <Amount show of={line.balanceBeforeMinor} in={line.currency} />
                <Amount show of={line.balanceAfterMinor} in={line.currency} />
              </tr>
            ))}
          </tbody>
          <tfoot>
            {entry.totals.map(({ currency, debitMinor, creditMinor }) => (
              <tr key={currency} className="font-medium">
                <td className="px-3 py-2">Total {currency}</td>
                <Amount show of={debitMinor} in={currency} />
                <Amount show of={creditMinor} in={currency} />
                <td colSpan={2} />
              </tr>
            ))}
          </tfoot>
        </table>
      </div>
      {(entry.reverses.length > 0 || entry.reversedBy.length > 0) && (
        <ul className="border-t px-3 py-2 text-xs">
          {entry.reverses.map((one) => (
            <li key={one.entryId}>
              Takes back{" "}
              <Link href={`/transactions/${one.transactionId}?tab=ledger`} className="text-accent">
                {words(one.event)}
              </Link>
            </li>
          ))}
          {entry.reversedBy.map((one) => (
            <li key={one.entryId}>
              Taken back by{" "}
              <Link href={`/transactions/${one.transactionId}?tab=ledger`} className="text-accent">
                {words(one.event)}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function Amount({ show, of, in: currency }: { show: boolean; of: bigint | null; in: string }) {
  return (
    <td className="px-3 py-2 text-right">
      {show && of !== null && <Money amountMinor={of} currency={currency} />}
    </td>
  );
}
