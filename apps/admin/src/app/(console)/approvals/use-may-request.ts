"use client";
import { useQuery } from "@tanstack/react-query";
import { useSession } from "../../../auth/session-provider.tsx";
import { useTRPC } from "../../../trpc/api-provider.tsx";
import type { kinds } from "./approval-words.ts";

/** Whether to show that one may ask for an approval of the kind: the table that the database's triggers read says so. */
export function useMayRequest(kind: (typeof kinds)[number]): boolean {
  const trpc = useTRPC();
  const { role } = useSession();
  const { data } = useQuery(
    trpc.operator.matrix.queryOptions(undefined, { staleTime: 5 * 60_000 }),
  );
  return (
    data?.approvalRights.some((one) => one.kind === kind && one.role === role && one.mayRequest) ===
    true
  );
}
