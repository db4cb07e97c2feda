"use client";
import { CircleAlert, Inbox, SearchX } from "lucide-react";
import type { ReactNode } from "react";
import { apiErrorOf } from "../trpc/api-error.ts";
import { Copyable } from "./copyable.tsx";
import { Button } from "./ui/button.tsx";

/** Nothing has come in yet: says how it would. */
export function NothingYet({ title, children }: { title: string; children?: ReactNode }) {
  return <Quiet icon={<Inbox className="size-6" aria-hidden />} title={title} says={children} />;
}

/** There is something, and the filters leave none of it. */
export function NoMatch({ onClear }: { onClear: () => void }) {
  return (
    <Quiet
      icon={<SearchX className="size-6" aria-hidden />}
      title="Nothing matches these filters"
      says={
        <Button size="sm" onClick={onClear}>
          Clear the filters
        </Button>
      }
    />
  );
}

/** It could not be loaded: what happened, under which id the log has it, and the way on. */
export function LoadError({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { message, requestId, code } = apiErrorOf(error);
  return (
    <div role="alert" className="flex flex-col items-center gap-2 px-6 py-10 text-center">
      <CircleAlert className="size-6 text-bad" aria-hidden />
      <p className="font-medium">This could not be loaded</p>
      <p className="max-w-prose text-sm text-ink-soft">{message}</p>
      <p className="flex flex-wrap items-center justify-center gap-2 text-xs text-ink-soft">
        <span>{code}</span>
        {requestId !== undefined && <Copyable text={requestId} label="Copy request id" />}
      </p>
      <Button size="sm" onClick={onRetry}>
        Try again
      </Button>
    </div>
  );
}

function Quiet({ icon, title, says }: { icon: ReactNode; title: string; says: ReactNode }) {
  return (
    <div className="flex flex-col items-center gap-2 px-6 py-12 text-center text-ink-soft">
      {icon}
      <p className="font-medium text-ink">{title}</p>
      <div className="max-w-prose text-sm">{says}</div>
    </div>
  );
}
