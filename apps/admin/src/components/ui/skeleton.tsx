import { cn } from "../../class-names.ts";

/** The place of something that is on its way. Shown only after a moment, so that quick answers do not flicker. */
export function Skeleton({ className }: { className?: string }) {
  return (
    <div
      aria-hidden
      className={cn(
        "h-4 animate-[appear_300ms_200ms_both] rounded bg-sunken motion-safe:[animation:appear_300ms_200ms_both,pulse_2s_infinite]",
        className,
      )}
    />
  );
}
