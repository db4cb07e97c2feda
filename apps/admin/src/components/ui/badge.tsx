import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "../../class-names.ts";

export type Tone = "good" | "warn" | "bad" | "info" | "neutral";

const looks: Record<Tone, string> = {
  good: "bg-good-soft text-good",
  warn: "bg-warn-soft text-warn",
  bad: "bg-bad-soft text-bad",
  info: "bg-info-soft text-info",
  neutral: "bg-sunken text-ink-soft",
};

/** Colour, word and sign together: none of them alone says it. */
export function Badge({
  tone = "neutral",
  icon: Icon,
  children,
}: {
  tone?: Tone;
  icon?: LucideIcon;
  children: ReactNode;
}) {
  return (
    <span
      className={cn(
        "inline-flex items-center gap-1 rounded-full px-2 py-0.5 text-xs font-medium whitespace-nowrap",
        looks[tone],
      )}
    >
      {Icon !== undefined && <Icon className="size-3.5" aria-hidden />}
      {children}
    </span>
  );
}
