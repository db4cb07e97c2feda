"use client";
import { useQuery } from "@tanstack/react-query";
import { CircleCheck, OctagonPause } from "lucide-react";
import Link from "next/link";
import { cn } from "../../class-names.ts";
import { LoadError } from "../../components/states.tsx";
import { Age, Time } from "../../components/time.tsx";
import { Card } from "../../components/ui/card.tsx";
import { Skeleton } from "../../components/ui/skeleton.tsx";
import { useTRPC } from "../../trpc/api-provider.tsx";
import type { RouterOutputs } from "../../trpc/operator-router.ts";
import { hrefOf } from "./href-of.ts";

type Home = RouterOutputs["home"]["get"];
type Item = Home["items"][number];

const says: Record<Item["key"], string> = {
  approvals_to_decide: "Approvals for me to decide",
  withdrawals_in_doubt: "Withdrawals in doubt",
  breaks_critical: "Critical breaks",
  breaks_warning: "Breaks to look into",
  breaks_notice: "Breaks to note",
  withdrawals_to_approve: "Withdrawals awaiting approval",
  deposits_in_review: "Deposits in review",
  deposits_delayed: "Deposits waiting for Revio",
  webhooks_parked: "Parked webhooks",
  webhooks_waiting: "Webhooks not applied yet",
  webhooks_forged: "Forged webhooks, last 24 hours",
  dead_letters: "Dead jobs",
  users_frozen: "Users with frozen outgoing money",
};

const tones: Record<Item["urgency"], string> = {
  critical: "border-bad/50 bg-bad-soft text-bad",
  warning: "border-warn/40 bg-warn-soft text-warn",
  notice: "bg-panel text-ink",
};

/** Everything that waits for somebody; each number leads to just its rows. */
export function WhatWaits() {
  const trpc = useTRPC();
  const query = useQuery(trpc.home.get.queryOptions(undefined, { refetchInterval: 15_000 }));
  if (query.data === undefined) {
    return query.isPending ? (
      <div role="status" aria-label="Loading" className="grid gap-3 sm:grid-cols-2 lg:grid-cols-4">
        {Array.from({ length: 4 }, (_, place) => (
          <Skeleton key={place} className="h-24" />
        ))}
      </div>
    ) : (
      <Card>
        <LoadError error={query.error} onRetry={() => void query.refetch()} />
      </Card>
    );
  }
  const home = query.data;
  const waiting = home.items.filter(({ count }) => count > 0);
  const quiet = home.items.filter(({ count }) => count === 0);
  return (
    <section aria-label="What waits" className="flex flex-col gap-3">
      {query.error !== null && (
        <p role="alert" className="rounded-md bg-warn-soft px-3 py-1.5 text-xs text-warn">
          These numbers are of <Time at={home.asOf} />: the last look failed.
        </p>
      )}
      {home.outgoing.stoppedAt !== null && (
        <p className="flex flex-wrap items-center gap-2 rounded-xl border border-bad/50 bg-bad-soft px-4 py-3 text-bad">
          <OctagonPause className="size-5 shrink-0" aria-hidden />
          <span className="font-semibold">No money leaves</span>
          <span>
            since <Time at={home.outgoing.stoppedAt} />: {home.outgoing.reason}
          </span>
        </p>
      )}
      {waiting.length === 0 ? (
        <p className="flex items-center gap-2 rounded-xl border bg-panel px-4 py-6 text-ink-soft">
          <CircleCheck className="size-5 text-good" aria-hidden /> Nothing waits for anybody.
        </p>
      ) : (
        <ul className="grid gap-3 sm:grid-cols-2 lg:grid-cols-4">
          {waiting.map((item) => (
            <li key={item.key}>
              <Tile item={item} />
            </li>
          ))}
        </ul>
      )}
      <BreakAges home={home} />
      <p className="text-xs text-ink-soft">
        {quiet.length > 0 && (
          <>Nothing of: {quiet.map(({ key }) => inSentence(says[key])).join(", ")}. </>
        )}
        {home.lastWebhookAt === null ? (
          "No webhook ever came."
        ) : (
          <>
            The last webhook came at <Time at={home.lastWebhookAt} />.
          </>
        )}
      </p>
    </section>
  );
}

/** Without its capital, but names keep theirs. */
function inSentence(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function Tile({ item }: { item: Item }) {
  const { key, count, isMore, oldestAt, urgency } = item;
  return (
    <Link
      href={hrefOf(item)}
      className={cn(
        "flex h-full flex-col justify-between gap-2 rounded-xl border p-4 hover:border-line-strong",
        tones[urgency],
      )}
    >
      <span className="text-sm">{says[key]}</span>
      <span className="flex items-baseline justify-between gap-2">
        <span className="tabular text-2xl font-semibold">
          {count}
          {isMore && "+"}
        </span>
        {oldestAt !== null && (
          <span className="text-xs">
            oldest <Age since={oldestAt} />
          </span>
        )}
      </span>
    </Link>
  );
}

const ageWords: Record<Home["breakAges"][number]["age"], string> = {
  "0-1": "0–1 day",
  "2-3": "2–3 days",
  "4-7": "4–7 days",
  "over-7": "more than 7 days",
};

/** Open breaks by how long they have been open. */
function BreakAges({ home: { breakAges } }: { home: Home }) {
  if (breakAges.every(({ count }) => count === 0)) return null;
  return (
    <div className="flex flex-wrap items-baseline gap-x-6 gap-y-2 rounded-xl border bg-panel px-4 py-3 text-sm">
      <span className="text-ink-soft">Breaks open for</span>
      {breakAges.map(({ age, count }) => (
        <Link
          key={age}
          href={`/reconciliation?age=${age}`}
          className="flex min-h-6 items-baseline gap-2 text-accent"
        >
          {ageWords[age]} <span className="tabular font-semibold">{count}</span>
        </Link>
      ))}
    </div>
  );
}
