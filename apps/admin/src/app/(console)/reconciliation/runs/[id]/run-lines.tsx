"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { parseAsStringLiteral, parseAsString, useQueryStates } from "nuqs";
import { DataList } from "../../../../../components/list/data-list.tsx";
import type { Column } from "../../../../../components/list/data-table.tsx";
import { FilterBar, FilterSelect } from "../../../../../components/list/filter-bar.tsx";
import { Money } from "../../../../../components/money.tsx";
import { NothingYet } from "../../../../../components/states.tsx";
import { words } from "../../../../../components/status-badge.tsx";
import { Time } from "../../../../../components/time.tsx";
import { Badge } from "../../../../../components/ui/badge.tsx";
import { useTRPC } from "../../../../../trpc/api-provider.tsx";
import { type RunLine, verdicts } from "../run-words.ts";

const perPage = 50;
const tones = { matched: "good", break: "bad", ignored: "neutral" } as const;
const columns: Column<RunLine>[] = [
  {
    id: "line",
    header: "Line",
    cell: ({ lineNo }) => <span className="tabular">{lineNo.toString()}</span>,
  },
  { id: "product", header: "Product", cell: ({ product }) => words(product) },
  {
    id: "object",
    header: "Object",
    cell: ({ objectId }) => (
      <code className="block max-w-40 truncate font-mono text-xs" title={objectId}>
        {objectId}
      </code>
    ),
  },
  { id: "status", header: "Revio's word", cell: ({ status }) => status },
  {
    id: "amount",
    header: "Amount",
    align: "end",
    cell: ({ amountMinor, isOutgoing, currency }) => (
      <Money amountMinor={isOutgoing ? -amountMinor : amountMinor} currency={currency} />
    ),
  },
  {
    id: "fee",
    header: "Fee",
    align: "end",
    cell: ({ feeMinor, currency }) => <Money amountMinor={feeMinor} currency={currency} />,
  },
  { id: "at", header: "Moved at", cell: ({ occurredAt }) => <Time at={occurredAt} /> },
  {
    id: "match",
    header: "Matched by",
    cell: ({ matchMethod, matchScore }) =>
      matchMethod === null ? "–" : `${words(matchMethod)} (${matchScore ?? 0})`,
  },
  {
    id: "verdict",
    header: "Outcome",
    cell: ({ verdict }) =>
      verdict === null ? "–" : <Badge tone={tones[verdict]}>{words(verdict)}</Badge>,
  },
];

/** The file, line by line, in its order. */
export function RunLines({ runId }: { runId: string }) {
  const trpc = useTRPC();
  const [{ verdict, after }, set] = useQueryStates(
    { verdict: parseAsStringLiteral(verdicts), after: parseAsString },
    { history: "push" },
  );
  const from = after !== null && /^\d{1,18}$/.test(after) ? BigInt(after) : undefined;
  const query = useQuery(
    trpc.reconciliation.listLines.queryOptions(
      {
        runId,
        limit: perPage,
        ...(verdict && { verdict }),
        ...(from !== undefined && { after: from }),
      },
      { placeholderData: keepPreviousData },
    ),
  );
  const items = query.data ?? [];
  const next = items.length === perPage ? (items.at(-1)?.lineNo.toString() ?? null) : null;
  return (
    <div>
      <FilterBar
        active={verdict === null ? 0 : 1}
        onClear={() => void set({ verdict: null, after: null })}
      >
        <FilterSelect
          label="Outcome of lines"
          value={verdict}
          choices={verdicts.map((value) => ({ value, label: words(value) }))}
          onChange={(value) =>
            void set({ verdict: value as (typeof verdicts)[number] | null, after: null })
          }
        />
      </FilterBar>
      <DataList
        name="run-lines"
        label="Lines"
        query={{
          data: query.data && { items, nextCursor: next },
          error: query.error,
          isPending: query.isPending,
          isFetching: query.isFetching,
          refetch: query.refetch,
        }}
        columns={columns}
        rowKey={({ lineNo }) => lineNo.toString()}
        activeFilters={verdict === null ? 0 : 1}
        onClearFilters={() => void set({ verdict: null, after: null })}
        cursor={after}
        onCursor={(cursor) => void set({ after: cursor })}
        nothingYet={<NothingYet title="No lines yet">The file has not been read.</NothingYet>}
      />
    </div>
  );
}
