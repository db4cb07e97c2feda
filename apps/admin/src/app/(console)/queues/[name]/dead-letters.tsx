"use client";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useMay } from "../../../../auth/session-provider.tsx";
import { LoadError } from "../../../../components/states.tsx";
import { Time } from "../../../../components/time.tsx";
import { Button } from "../../../../components/ui/button.tsx";
import { Card } from "../../../../components/ui/card.tsx";
import { useTRPC } from "../../../../trpc/api-provider.tsx";
import type { QueueName } from "./jobs-list.tsx";
import { RedriveDialog, type RedriveScope } from "./redrive-dialog.tsx";

/** What died in a queue, by cause. Not shown while nothing did. */
export function DeadLetters({ queue }: { queue: QueueName }) {
  const trpc = useTRPC();
  const may = useMay("queues.redrive");
  const [scope, setScope] = useState<RedriveScope>();
  const query = useQuery(trpc.job.previewRedrive.queryOptions({ queue }));
  if (query.error !== null) {
    return <LoadError error={query.error} onRetry={() => void query.refetch()} />;
  }
  if (query.data === undefined || query.data.matching === 0) return null;
  return (
    <Card
      title={`Dead letters by cause (${query.data.matching})`}
      actions={
        may && (
          <Button size="sm" onClick={() => setScope({ queue })}>
            Redrive all
          </Button>
        )
      }
    >
      <ul className="flex flex-col gap-2 text-sm">
        {query.data.byCause.map(({ cause, count, firstAt, lastAt }) => (
          <li key={cause} className="flex flex-wrap items-center gap-x-4 gap-y-1">
            <span className="tabular w-14 text-right font-medium">{count}</span>
            <code className="min-w-0 flex-1 font-mono text-xs wrap-anywhere">{cause}</code>
            <span className="text-ink-soft">
              <Time at={firstAt} /> to <Time at={lastAt} />
            </span>
            {may && (
              <Button size="sm" onClick={() => setScope({ queue, cause })}>
                Redrive
              </Button>
            )}
          </li>
        ))}
      </ul>
      {scope !== undefined && <RedriveDialog scope={scope} onClose={() => setScope(undefined)} />}
    </Card>
  );
}
