"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { parseAsString } from "nuqs";
import { InlineLink } from "../../../components/inline-link.tsx";
import { DataList } from "../../../components/list/data-list.tsx";
import type { Column } from "../../../components/list/data-table.tsx";
import { FilterBar, FilterSelect, FilterText } from "../../../components/list/filter-bar.tsx";
import { FilterPeriod } from "../../../components/list/filter-business-days.tsx";
import { useListParams } from "../../../components/list/use-list-params.ts";
import { accountPage } from "../../../components/links.ts";
import { Money } from "../../../components/money.tsx";
import { NothingYet } from "../../../components/states.tsx";
import { words } from "../../../components/status-badge.tsx";
import { Time } from "../../../components/time.tsx";
import { periodOf } from "../../../format/business-day.ts";
import { useTRPC } from "../../../trpc/api-provider.tsx";
import type { RouterOutputs } from "../../../trpc/operator-router.ts";

type Entry = RouterOutputs["ledger"]["journal"]["items"][number];

/** The events that posting rules make. */
const events = [
  "deposit.completed",
  "deposit.refunded",
  "deposit.charged_back",
  "chargeback.reversed",
  "withdrawal.reserved",
  "withdrawal.completed",
  "withdrawal.released",
  "withdrawal.return_received",
  "withdrawal.return_credited",
  "suspense.received",
  "suspense.returned",
  "suspense.restored",
  "suspense.released",
  "adjustment.approved",
];

const filters = {
  event: parseAsString,
  account: parseAsString,
  from: parseAsString,
  to: parseAsString,
};

/** The accounts on one side of an entry. */
function Side({ entry, direction }: { entry: Entry; direction: "debit" | "credit" }) {
  return (
    <span className="flex flex-col items-start">
      {entry.postings
        .filter((posting) => posting.direction === direction)
        .map(({ id, accountCode, accountName, userId }) => (
          <InlineLink key={id} href={accountPage(accountCode)}>
            {words(accountName)}
            {userId !== null && <span className="text-ink-soft">of user</span>}
          </InlineLink>
        ))}
    </span>
  );
}

/** What an entry moved: its debits, per currency. */
function Moved({ postings }: Entry) {
  const sums = new Map<string, bigint>();
  for (const { direction, currency, amountMinor } of postings) {
    if (direction === "debit") sums.set(currency, (sums.get(currency) ?? 0n) + amountMinor);
  }
  return [...sums].map(([currency, amountMinor]) => (
    <Money key={currency} amountMinor={amountMinor} currency={currency} />
  ));
}

const columns: readonly Column<Entry>[] = [
  { id: "event", header: "Event", cell: ({ event }) => words(event) },
  { id: "at", header: "Posted", cell: ({ postedAt }) => <Time at={postedAt} /> },
  { id: "debit", header: "Debit", cell: (entry) => <Side entry={entry} direction="debit" /> },
  { id: "credit", header: "Credit", cell: (entry) => <Side entry={entry} direction="credit" /> },
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
  { id: "amount", header: "Amount", align: "end", cell: (entry) => <Moved {...entry} /> },
  {
    id: "sequence",
    header: "Number",
    align: "end",
    hiddenAtFirst: true,
    cell: ({ sequence }) => <span className="tabular">{sequence.toString()}</span>,
  },
];

export function Journal() {
  const trpc = useTRPC();
  const { filters: chosen, setFilters, ...place } = useListParams(filters);
  const { event, account } = chosen;
  const query = useQuery(
    trpc.ledger.journal.queryOptions(
      {
        ...(event !== null && { event }),
        ...(account !== null && { accountCode: account }),
        ...periodOf(chosen),
        ...(place.cursor !== null && { cursor: place.cursor }),
      },
      { placeholderData: keepPreviousData },
    ),
  );
  return (
    <>
      <FilterBar active={place.activeFilters} onClear={place.clearFilters}>
        <FilterSelect
          label="Event"
          value={event}
          choices={events.map((value) => ({ value, label: words(value) }))}
          // By event or by account: each has an index of its own.
          onChange={(next) => setFilters({ event: next, account: null })}
        />
        <FilterText
          label="or account"
          value={account}
          placeholder="house:suspense:ZAR"
          onChange={(next) => setFilters({ account: next, event: null })}
        />
        <FilterPeriod from={chosen.from} to={chosen.to} onChange={setFilters} />
      </FilterBar>
      <DataList
        name="journal"
        label="Journal entries, the newest first"
        query={query}
        columns={columns}
        rowKey={({ id }) => id}
        rowHref={({ id }) => `/ledger/entries/${id}`}
        activeFilters={place.activeFilters}
        onClearFilters={place.clearFilters}
        cursor={place.cursor}
        onCursor={place.setCursor}
        nothingYet={
          <NothingYet title="No entries yet">
            The first deposit that is paid posts the first one.
          </NothingYet>
        }
      />
    </>
  );
}
