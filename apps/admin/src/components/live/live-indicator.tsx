"use client";
import { CircleDashed, CirclePause, Radio, TriangleAlert } from "lucide-react";
import { formatTime } from "../../format/format-time.ts";
import { usePreferences } from "../../preferences/preferences-provider.tsx";
import { Badge } from "../ui/badge.tsx";
import { Tooltip } from "../ui/tooltip.tsx";
import { type LiveState, useLive } from "./live-provider.tsx";

/** Whether pages hear of changes: never silent about being out of date. */
export function LiveIndicator() {
  const { state } = useLive();
  const { zone } = usePreferences();
  return (
    <span role="status" aria-label="Live updates" className="inline-flex">
      <Tooltip says={meanings[state.is]}>
        <span className="inline-flex">
          {state.is === "stale" ? (
            <Badge tone="warn" icon={TriangleAlert}>
              Stale since {formatTime(state.since, zone).slice(-8, -3)}
            </Badge>
          ) : (
            looks[state.is]
          )}
        </span>
      </Tooltip>
    </span>
  );
}

const looks = {
  live: (
    <Badge tone="good" icon={Radio}>
      Live
    </Badge>
  ),
  connecting: <Badge icon={CircleDashed}>Connecting</Badge>,
  paused: <Badge icon={CirclePause}>Paused</Badge>,
};

const meanings: Record<LiveState["is"], string> = {
  live: "Changes are announced as they happen",
  connecting: "Not heard of changes yet",
  stale: "Changes are not heard of: what the page shows may be old",
  paused: "Nobody has used this page for a while; it goes on with the next move",
};
