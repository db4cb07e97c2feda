"use client";
import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { cn } from "../class-names.ts";

/** An id as it is, with a button that copies it whole. */
export function Copyable({
  text,
  shown = text,
  label = "Copy",
  className,
}: {
  text: string;
  /** Shorter, where there is little room. */
  shown?: string;
  label?: string;
  className?: string;
}) {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 1_500);
  };
  return (
    <span className={cn("inline-flex max-w-full items-center gap-1", className)}>
      <code className="truncate font-mono text-xs" title={text}>
        {shown}
      </code>
      <button
        type="button"
        aria-label={isCopied ? "Copied" : `${label} ${text}`}
        onClick={() => void copy()}
        className="inline-flex size-6 shrink-0 items-center justify-center rounded text-ink-faint hover:bg-sunken hover:text-ink"
      >
        {isCopied ? (
          <Check className="size-3.5" aria-hidden />
        ) : (
          <Copy className="size-3.5" aria-hidden />
        )}
      </button>
    </span>
  );
}

/** The first eight signs of an id, where a row has little room. */
export function shortId(id: string): string {
  return id.slice(0, 8);
}
