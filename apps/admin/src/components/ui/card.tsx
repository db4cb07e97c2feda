import type { ReactNode } from "react";
import { cn } from "../../class-names.ts";

/** A part of a page with a heading of its own. */
export function Card({
  title,
  actions,
  className,
  bare = false,
  children,
}: {
  title?: ReactNode;
  actions?: ReactNode;
  className?: string;
  /** The content reaches the edges: a table does. */
  bare?: boolean;
  children: ReactNode;
}) {
  return (
    <section className={cn("min-w-0 rounded-xl border bg-panel", className)}>
      {(title !== undefined || actions !== undefined) && (
        <header className="flex min-h-12 flex-wrap items-center justify-between gap-2 border-b px-4 py-2">
          <h2 className="text-sm font-semibold">{title}</h2>
          {actions}
        </header>
      )}
      <div className={bare ? "" : "p-4"}>{children}</div>
    </section>
  );
}
