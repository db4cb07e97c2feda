"use client";
import { useQuery } from "@tanstack/react-query";
import { useIsAttended } from "../../../components/live/use-is-attended.ts";
import { useTRPC } from "../../../trpc/api-provider.tsx";

/** Figures of all queues, read anew every ten seconds while somebody looks. */
export function useQueues() {
  const trpc = useTRPC();
  const isAttended = useIsAttended();
  return useQuery(
    trpc.queue.list.queryOptions(undefined, { refetchInterval: isAttended ? 10_000 : false }),
  );
}
