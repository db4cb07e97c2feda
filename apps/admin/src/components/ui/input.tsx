import type { ComponentProps } from "react";
import { cn } from "../../class-names.ts";

const look =
  "w-full rounded-md border border-line-strong bg-panel px-2.5 text-sm text-ink placeholder:text-ink-faint disabled:opacity-60 aria-invalid:border-bad";

export function Input({ className, ...rest }: ComponentProps<"input">) {
  return <input className={cn(look, "h-9", className)} {...rest} />;
}

export function Textarea({ className, ...rest }: ComponentProps<"textarea">) {
  return <textarea className={cn(look, "min-h-20 py-2", className)} {...rest} />;
}

/** The browser's own: everybody's keyboard and screen reader knows it. */
export function Select({ className, ...rest }: ComponentProps<"select">) {
  return <select className={cn(look, "h-9 pr-7", className)} {...rest} />;
}

export function Checkbox({ className, ...rest }: ComponentProps<"input">) {
  return (
    <input type="checkbox" className={cn("size-4 shrink-0 accent-accent", className)} {...rest} />
  );
}
