import type { ReactNode } from "react";

/** What the page is about, in one line, and what can be done there. */
export function PageHeader({
  title,
  above,
  description,
  actions,
}: {
  title: ReactNode;
  /** Where one comes from: a link to the list. */
  above?: ReactNode;
  description?: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <div className="mb-4 flex flex-wrap items-start justify-between gap-3">
      <div className="min-w-0">
        {above !== undefined && <div className="mb-1 text-xs text-ink-soft">{above}</div>}
        <h1 className="flex flex-wrap items-center gap-2 text-xl font-semibold tracking-tight">
          {title}
        </h1>
        {description !== undefined && (
          <div className="mt-1 max-w-prose text-sm text-ink-soft">{description}</div>
        )}
      </div>
      {actions !== undefined && <div className="flex flex-wrap gap-2">{actions}</div>}
    </div>
  );
}
