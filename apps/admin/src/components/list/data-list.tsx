"use client";
import type { ReactNode } from "react";
import { LoadError, NoMatch } from "../states.tsx";
import { ColumnChooser } from "./column-chooser.tsx";
import { type Column, DataTable, type Selection, TableSkeleton } from "./data-table.tsx";
import { Pager } from "./pager.tsx";
import { useColumns } from "./use-columns.ts";

/** What a page of a list needs of a query; `useQuery` gives it. */
export interface ListQuery<Row> {
  data: { items: Row[]; nextCursor: string | null } | undefined;
  error: unknown;
  isPending: boolean;
  isFetching: boolean;
  refetch: () => unknown;
}

export interface DataListProps<Row> {
  /** Under this name the operator's columns are kept. */
  name: string;
  label: string;
  query: ListQuery<Row>;
  columns: readonly Column<Row>[];
  rowKey: (row: Row) => string;
  rowHref?: (row: Row) => string;
  selection?: Selection | undefined;
  /** Filters that are set: then an empty page means that nothing matches. */
  activeFilters: number;
  onClearFilters: () => void;
  /** What is shown while there is nothing at all: how it would come. */
  nothingYet: ReactNode;
  cursor: string | null;
  onCursor: (cursor: string | null) => void;
  /** To the left of the column chooser: export, bulk actions. */
  tools?: ReactNode;
}

/** A list in all its states: on its way, failed, nothing that matches, nothing yet, rows. */
export function DataList<Row>(props: DataListProps<Row>) {
  const { name, label, query, columns, rowKey, rowHref, selection, tools } = props;
  const { activeFilters, onClearFilters, nothingYet, cursor, onCursor } = props;
  const [chosen, choose] = useColumns(name, {
    order: columns.map(({ id }) => id),
    hidden: columns.filter(({ hiddenAtFirst }) => hiddenAtFirst === true).map(({ id }) => id),
  });
  const shown = chosen.order
    .filter((id) => !chosen.hidden.includes(id))
    .flatMap((id) => columns.find((column) => column.id === id) ?? []);

  const content = () => {
    if (query.data === undefined) {
      return query.isPending ? (
        <TableSkeleton columns={Math.min(shown.length, 6)} />
      ) : (
        <LoadError error={query.error} onRetry={() => query.refetch()} />
      );
    }
    const { items, nextCursor } = query.data;
    if (items.length === 0 && cursor === null) {
      return activeFilters > 0 ? <NoMatch onClear={onClearFilters} /> : nothingYet;
    }
    return (
      <>
        <DataTable
          label={label}
          columns={shown}
          rows={items}
          rowKey={rowKey}
          {...(rowHref === undefined ? {} : { rowHref })}
          selection={selection}
        />
        <Pager
          count={items.length}
          cursor={cursor}
          nextCursor={nextCursor}
          onCursor={onCursor}
          isFetching={query.isFetching}
        />
      </>
    );
  };

  return (
    <section className="min-w-0 overflow-hidden rounded-xl border bg-panel">
      <div className="flex min-h-11 flex-wrap items-center justify-end gap-1 border-b px-2 py-1">
        {tools}
        <ColumnChooser columns={columns} chosen={chosen} onChange={choose} />
      </div>
      {query.data !== undefined && query.error !== null && (
        <p role="alert" className="border-b bg-warn-soft px-3 py-1.5 text-xs text-warn">
          These rows may be old: the last look at the list failed.
        </p>
      )}
      {content()}
    </section>
  );
}
