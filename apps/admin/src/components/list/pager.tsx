"use client";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { Button } from "../ui/button.tsx";

/**
 * Goes through a list by where the last page ended, so that rows that come in meanwhile shift nothing. The browser's own "back" is
 * the way back; how many rows there are in all nobody counts.
 */
export function Pager({
  count,
  cursor,
  nextCursor,
  onCursor,
  isFetching,
}: {
  count: number;
  cursor: string | null;
  nextCursor: string | null;
  onCursor: (cursor: string | null) => void;
  isFetching: boolean;
}) {
  return (
    <nav
      aria-label="Pages"
      className="flex flex-wrap items-center justify-between gap-2 px-3 py-2 text-xs text-ink-soft"
    >
      <span aria-live="polite">
        {count} {count === 1 ? "row" : "rows"}
        {nextCursor !== null && " of many"}
        {isFetching && " · looking again …"}
      </span>
      <span className="flex gap-1">
        <Button size="sm" look="ghost" disabled={cursor === null} onClick={() => onCursor(null)}>
          <ChevronLeft aria-hidden /> First page
        </Button>
        <Button
          size="sm"
          look="ghost"
          disabled={nextCursor === null}
          onClick={() => onCursor(nextCursor)}
        >
          Next <ChevronRight aria-hidden />
        </Button>
      </span>
    </nav>
  );
}
