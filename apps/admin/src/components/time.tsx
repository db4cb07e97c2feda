"use client";
import { useSyncExternalStore } from "react";
import { formatAge, formatRelative, formatTime, zoneLabel } from "../format/format-time.ts";
import { usePreferences } from "../preferences/preferences-provider.tsx";
import { Tooltip } from "./ui/tooltip.tsx";

const everyMs = 30_000;
let current = Date.now();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    current = Date.now();
    for (const each of listeners) each();
  }, everyMs);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** The time of day for everything on a page that says "ago"; undefined on the server, where it would differ. */
function useNow(): Date | undefined {
  const now = useSyncExternalStore(
    subscribe,
    () => current,
    () => undefined,
  );
  return now === undefined ? undefined : new Date(now);
}

/** A moment in the operator's zone; in UTC, and how long ago, for who points at it. */
export function Time({ at }: { at: Date }) {
  const { zone } = usePreferences();
  const now = useNow();
  const other = zone === "utc" ? "sast" : "utc";
  return (
    <Tooltip
      says={
        <>
          {formatTime(at, other)} {zoneLabel(other)}
          {now !== undefined && <> · {formatRelative(at, now)}</>}
        </>
      }
    >
      <time dateTime={at.toISOString()} className="tabular whitespace-nowrap">
        {formatTime(at, zone)}
      </time>
    </Tooltip>
  );
}

/** How long something has waited: "3 d". */
export function Age({ since }: { since: Date }) {
  const now = useNow();
  const { zone } = usePreferences();
  return (
    <Tooltip says={`${formatTime(since, zone)} ${zoneLabel(zone)}`}>
      <time dateTime={since.toISOString()} className="tabular whitespace-nowrap">
        {now === undefined ? "…" : formatAge(since, now)}
      </time>
    </Tooltip>
  );
}
