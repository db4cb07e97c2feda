"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { ActionDialog } from "../../../../components/act/action-dialog.tsx";
import { LoadError } from "../../../../components/states.tsx";
import { Skeleton } from "../../../../components/ui/skeleton.tsx";
import { useTRPC, useTRPCClient } from "../../../../trpc/api-provider.tsx";
import type { RouterInputs } from "../../../../trpc/operator-router.ts";

export type RedriveScope = RouterInputs["job"]["previewRedrive"];

/** Says what would come back, asks why, and gives dead jobs another life. */
export function RedriveDialog({ scope, onClose }: { scope: RedriveScope; onClose: () => void }) {
  const trpc = useTRPC();
  const api = useTRPCClient();
  const cache = useQueryClient();
  const preview = useQuery(trpc.job.previewRedrive.queryOptions(scope, { staleTime: 0 }));
  const count = preview.data?.willRedrive ?? 0;
  return (
    <ActionDialog
      open
      onOpenChange={(isOpen) => {
        if (!isOpen) onClose();
      }}
      intent={`redrive ${JSON.stringify(scope)}`}
      title={`Redrive dead jobs of ${scope.queue}`}
      reason="required"
      confirmLabel={`Redrive ${count}`}
      disabled={count === 0}
      act={{
        input: ({ reason }) => ({ ...scope, reason }),
        send: (input) => api.job.redrive.mutate(input),
      }}
      done="They run again, one after the other"
      onDone={() => cache.invalidateQueries()}
    >
      {preview.error !== null && (
        <LoadError error={preview.error} onRetry={() => void preview.refetch()} />
      )}
      {preview.isPending && <Skeleton className="h-12" />}
      {preview.data !== undefined && (
        <div className="text-sm">
          <p>
            <strong className="tabular">{count}</strong> of{" "}
            <span className="tabular">{preview.data.matching}</span> come back now, the oldest
            first, four a second, with their tries unused.
          </p>
          <ul className="mt-2 flex flex-col gap-1">
            {preview.data.byCause.map(({ cause, count: ofCause }) => (
              <li key={cause} className="flex justify-between gap-4">
                <code className="font-mono text-xs wrap-anywhere">{cause}</code>
                <span className="tabular">{ofCause}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
      <p className="text-sm text-ink-soft">
        Each looks at the tables first: what was done meanwhile is not done again. Mend the cause
        before, or they die anew.
      </p>
    </ActionDialog>
  );
}
