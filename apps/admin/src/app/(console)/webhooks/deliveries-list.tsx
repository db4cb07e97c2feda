"use client";
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { parseAsStringLiteral } from "nuqs";
import { Copyable, shortId } from "../../../components/copyable.tsx";
import { DataList } from "../../../components/list/data-list.tsx";
import type { Column } from "../../../components/list/data-table.tsx";
import { FilterBar, FilterSelect } from "../../../components/list/filter-bar.tsx";
import { PeriodFilter, periodFilters, rangeOf } from "../../../components/list/filter-period.tsx";
import { useListParams } from "../../../components/list/use-list-params.ts";
import { LiveNotice } from "../../../components/live/live-notice.tsx";
import { NothingYet } from "../../../components/states.tsx";
import { StatusBadge, words } from "../../../components/status-badge.tsx";
import { Time } from "../../../components/time.tsx";
import { useTRPC } from "../../../trpc/api-provider.tsx";
import type { RouterOutputs } from "../../../trpc/operator-router.ts";

export type Delivery = RouterOutputs["webhook"]["listDeliveries"]["items"][number];

const verdicts = [
  "accepted",
  "duplicate",
  "invalid_signature",
  "unreadable",
  "wrong_mode",
  "refused",
] as const;
const filters = { verdict: parseAsStringLiteral(verdicts), ...periodFilters };

export const deliveryColumns: readonly Column<Delivery>[] = [
  { id: "received", header: "Received", cell: ({ receivedAt }) => <Time at={receivedAt} /> },
  {
    id: "verdict",
    header: "Verdict",
    cell: ({ verdict }) => <StatusBadge of="delivery" status={verdict} />,
  },
  {
    id: "signature",
    header: "Signature",
    cell: ({ signature, signatureReason }) =>
      signatureReason === null
        ? words(signature)
        : `${words(signature)}: ${words(signatureReason)}`,
  },
  {
    id: "event",
    header: "Event",
    cell: ({ providerEventId, eventType }) =>
      providerEventId === null ? (
        "–"
      ) : (
        <Link href={`/webhooks/${providerEventId}`} className="text-accent hover:underline">
          {eventType ?? shortId(providerEventId)}
        </Link>
      ),
  },
  {
    id: "source",
    header: "From",
    cell: ({ sourceAddress }) => <span className="tabular">{sourceAddress ?? "unknown"}</span>,
  },
  {
    id: "bytes",
    header: "Bytes",
    align: "end",
    cell: ({ bodyBytes }) => <span className="tabular">{bodyBytes.toLocaleString("en-ZA")}</span>,
  },
  {
    id: "body",
    header: "SHA-256 of the body",
    cell: ({ bodySha256 }) =>
      bodySha256 === null ? "–" : <Copyable text={bodySha256} shown={shortId(bodySha256)} />,
  },
  {
    id: "request",
    header: "Request",
    hiddenAtFirst: true,
    cell: ({ requestId }) =>
      requestId === null ? "–" : <Copyable text={requestId} shown={shortId(requestId)} />,
  },
];

/** Every HTTP delivery: authentic ones, repeats, and what somebody else sent. */
export function DeliveriesList() {
  const trpc = useTRPC();
  const cache = useQueryClient();
  const { filters: chosen, setFilters, ...place } = useListParams(filters);
  const query = useQuery(
    trpc.webhook.listDeliveries.queryOptions(
      {
        ...(chosen.verdict && { verdict: chosen.verdict }),
        ...rangeOf(chosen),
        ...(place.cursor && { cursor: place.cursor }),
      },
      { placeholderData: keepPreviousData },
    ),
  );
  return (
    <>
      <FilterBar active={place.activeFilters} onClear={place.clearFilters}>
        <FilterSelect
          label="Verdict"
          value={chosen.verdict}
          choices={verdicts.map((value) => ({ value, label: words(value) }))}
          onChange={(verdict) =>
            setFilters({ verdict: verdicts.find((one) => one === verdict) ?? null })
          }
        />
        <PeriodFilter value={chosen} onChange={setFilters} />
      </FilterBar>
      <DataList
        name="deliveries"
        label="Deliveries"
        query={query}
        columns={deliveryColumns}
        rowKey={({ id }) => id.toString()}
        activeFilters={place.activeFilters}
        onClearFilters={place.clearFilters}
        cursor={place.cursor}
        onCursor={place.setCursor}
        nothingYet={
          <NothingYet title="Nothing was delivered yet">
            Each request to the webhook's address is put on record, forged ones for 30 days.
          </NothingYet>
        }
        tools={
          <LiveNotice
            watch="webhook"
            onShow={async () => {
              place.setCursor(null);
              await cache.invalidateQueries({ queryKey: trpc.webhook.pathKey() });
            }}
          />
        }
      />
    </>
  );
}
