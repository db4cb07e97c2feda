"use client";
import Link from "next/link";
import type { ReactNode } from "react";
import { cn } from "../../class-names.ts";
import { usePreferences } from "../../preferences/preferences-provider.tsx";
import { Checkbox } from "../ui/input.tsx";
import { Skeleton } from "../ui/skeleton.tsx";

export interface Column<Row> {
  id: string;
  header: string;
  cell: (row: Row) => ReactNode;
  /** Amounts and counts stand to the right. */
  align?: "end";
  /** Not shown until somebody chooses it. */
  hiddenAtFirst?: boolean;
}

export interface Selection {
  isSelected: (key: string) => boolean;
  toggle: (key: string) => void;
  toggleAll: () => void;
  state: "none" | "some" | "all";
}

/**
 * Rows of one page of a list. The first cell of a row is a link that covers all of it: a click, a click with ⌘, the middle
 * button and Enter do what they do for any link.
 */
export function DataTable<Row>({
  label,
  columns,
  rows,
  rowKey,
  rowHref,
  selection,
}: {
  /** What the list is of, for who cannot see it. */
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  rowHref?: (row: Row) => string;
  selection?: Selection | undefined;
}) {
  const { density } = usePreferences();
  const cellLook = density === "compact" ? "px-3 py-1" : "px-3 py-2.5";
  return (
    <div className="overflow-x-auto">
      <table aria-label={label} className="w-full border-separate border-spacing-0 text-sm">
        <Head columns={columns} selection={selection} />
        <tbody>
          {rows.map((row) => {
            const key = rowKey(row);
            return (
              <tr
                key={key}
                data-row
                className="group relative hover:bg-sunken/70 focus-within:bg-sunken/70"
              >
                {selection !== undefined && (
                  <td className={cn("relative z-10 w-10 border-b", cellLook)}>
                    <Checkbox
                      aria-label={`Select ${key}`}
                      data-row-select
                      checked={selection.isSelected(key)}
                      onChange={() => selection.toggle(key)}
                    />
                  </td>
                )}
                {columns.map((column, index) => (
                  <td
                    key={column.id}
                    className={cn(
                      "border-b align-middle",
                      cellLook,
                      column.align === "end" && "text-right",
                      index === 0 &&
                        "sticky left-0 z-[1] bg-panel group-focus-within:bg-sunken group-hover:bg-sunken",
                    )}
                  >
                    {index === 0 && rowHref !== undefined ? (
                      <Link
                        href={rowHref(row)}
                        data-row-link
                        className="font-medium text-accent after:absolute after:inset-0 after:content-['']"
                      >
                        {column.cell(row)}
                      </Link>
                    ) : (
                      column.cell(row)
                    )}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Head<Row>({
  columns,
  selection,
}: {
  columns: readonly Column<Row>[];
  selection: Selection | undefined;
}) {
  const look =
    "sticky top-0 z-[2] border-b bg-panel px-3 py-2 text-left text-xs font-medium whitespace-nowrap text-ink-soft";
  return (
    <thead>
      <tr>
        {selection !== undefined && (
          <th scope="col" className={cn(look, "w-10")}>
            <Checkbox
              aria-label="Select all rows of this page"
              checked={selection.state === "all"}
              ref={(box) => {
                if (box !== null) box.indeterminate = selection.state === "some";
              }}
              onChange={selection.toggleAll}
            />
          </th>
        )}
        {columns.map((column, index) => (
          <th
            key={column.id}
            scope="col"
            className={cn(
              look,
              column.align === "end" && "text-right",
              index === 0 && "left-0 z-[3]",
            )}
          >
            {column.header}
          </th>
        ))}
      </tr>
    </thead>
  );
}

/** As many rows as a page has, before they are there. */
export function TableSkeleton({ columns, rows = 8 }: { columns: number; rows?: number }) {
  return (
    <div role="status" aria-label="Loading" className="flex flex-col">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="flex gap-6 border-b px-3 py-3">
          {Array.from({ length: columns }, (__, column) => (
            <Skeleton key={column} className="flex-1" />
          ))}
        </div>
      ))}
    </div>
  );
}
