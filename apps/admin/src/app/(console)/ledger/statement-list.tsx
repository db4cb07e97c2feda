"use client";
import { DataList, type ListQuery } from "../../../components/list/data-list.tsx";
import type { Column } from "../../../components/list/data-table.tsx";
import { InlineLink } from "../../../components/inline-link.tsx";
import { accountPage } from "../../../components/links.ts";
import { Money } from "../../../components/money.tsx";
import { NothingYet } from "../../../components/states.tsx";
import { words } from "../../../components/status-badge.tsx";
import { Time } from "../../../components/time.tsx";
import { Card } from "../../../components/ui/card.tsx";
import type { RouterOutputs } from "../../../trpc/operator-router.ts";

type Statement = RouterOutputs["user"]["statement"];
type Line = Statement["items"][number];

const side = (direction: Line["direction"]) => (line: Line) =>
  line.direction === direction ? (
    <Money amountMinor={line.amountMinor} currency={line.currency} />
  ) : null;

const columns: readonly Column<Line>[] = [
  { id: "event", header: "Event", cell: ({ event }) => words(event) },
  { id: "at", header: "Posted", cell: ({ postedAt }) => <Time at={postedAt} /> },
  {
    id: "account",
    header: "Account",
    cell: ({ accountName, accountCode }) => (
      <InlineLink href={accountPage(accountCode)}>{words(accountName)}</InlineLink>
    ),
  },
  {
    id: "transaction",
    header: "Transaction",
    cell: ({ transactionId, transactionReference }) =>
      transactionId === null ? (
        <span className="text-ink-soft">None</span>
      ) : (
        <InlineLink href={`/transactions/${transactionId}`}>
          <span className="font-mono text-xs">{transactionReference}</span>
        </InlineLink>
      ),
  },
  { id: "debit", header: "Debit", align: "end", cell: side("debit") },
  { id: "credit", header: "Credit", align: "end", cell: side("credit") },
  {
    id: "balance",
    header: "Balance after",
    align: "end",
    cell: ({ balanceAfterMinor, currency }) => (
      <Money amountMinor={balanceAfterMinor} currency={currency} className="font-medium" />
    ),
  },
];

/** Postings with running balances, under what the accounts held at both ends of the period. */
export function StatementList({
  name,
  query,
  place,
  showAccount = false,
}: {
  name: string;
  query: ListQuery<Line> & { data: Statement | undefined };
  place: {
    activeFilters: number;
    clearFilters: () => void;
    cursor: string | null;
    setCursor: (cursor: string | null) => void;
  };
  /** More than one account is on it. */
  showAccount?: boolean;
}) {
  return (
    <>
      {query.data !== undefined && (
        <EndsOfPeriod accounts={query.data.accounts} isPeriod={place.activeFilters > 0} />
      )}
      <DataList
        name={name}
        label="Postings, the newest first"
        query={query}
        columns={showAccount ? columns : columns.filter(({ id }) => id !== "account")}
        rowKey={({ id }) => id.toString()}
        rowHref={({ journalEntryId }) => `/ledger/entries/${journalEntryId}`}
        activeFilters={place.activeFilters}
        onClearFilters={place.clearFilters}
        cursor={place.cursor}
        onCursor={place.setCursor}
        nothingYet={
          <NothingYet title="Nothing posted yet">
            Deposits, withdrawals and corrections post here.
          </NothingYet>
        }
      />
    </>
  );
}

function EndsOfPeriod({
  accounts,
  isPeriod,
}: {
  accounts: Statement["accounts"];
  isPeriod: boolean;
}) {
  return (
    <Card className="mb-3" bare>
      <div className="overflow-x-auto">
        <table aria-label="Opening and closing" className="w-full text-sm">
          <thead className="text-right text-xs text-ink-soft">
            <tr>
              <th scope="col" className="px-3 py-2 text-left font-medium">
                Account
              </th>
              <th scope="col" className="px-3 py-2 font-medium">
                Opening
              </th>
              <th scope="col" className="px-3 py-2 font-medium">
                Movement
              </th>
              <th scope="col" className="px-3 py-2 font-medium">
                {isPeriod ? "Closing" : "Now"}
              </th>
            </tr>
          </thead>
          <tbody>
            {accounts.map(({ accountCode, accountName, currency, openingMinor, closingMinor }) => (
              <tr key={accountCode}>
                <th scope="row" className="border-t px-3 py-1.5 text-left font-normal">
                  {words(accountName)}
                </th>
                {[openingMinor, closingMinor - openingMinor, closingMinor].map((amount, index) => (
                  <td key={index} className="border-t px-3 py-1.5 text-right">
                    <Money amountMinor={amount} currency={currency} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
