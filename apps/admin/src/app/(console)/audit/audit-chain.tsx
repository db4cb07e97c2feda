"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { CircleDashed, ShieldAlert, ShieldCheck } from "lucide-react";
import { useMay } from "../../../auth/session-provider.tsx";
import { Copyable } from "../../../components/copyable.tsx";
import { Facts } from "../../../components/facts.tsx";
import { LoadError } from "../../../components/states.tsx";
import { Age, Time } from "../../../components/time.tsx";
import { Badge } from "../../../components/ui/badge.tsx";
import { Button } from "../../../components/ui/button.tsx";
import { Card } from "../../../components/ui/card.tsx";
import { Skeleton } from "../../../components/ui/skeleton.tsx";
import { apiErrorOf } from "../../../trpc/api-error.ts";
import { useTRPC } from "../../../trpc/api-provider.tsx";
import type { RouterOutputs } from "../../../trpc/operator-router.ts";

type Chain = RouterOutputs["audit"]["getChain"];
const links = 1_000;

/** How far the log is chained, and up to where and when that was verified. */
export function AuditChain() {
  const trpc = useTRPC();
  const query = useQuery(trpc.audit.getChain.queryOptions());
  const { data } = query;
  return (
    <Card
      className="mb-4"
      title={
        <span className="flex items-center gap-2">
          Hash chain {data !== undefined && <Verdict chain={data} />}
        </span>
      }
      actions={<VerifyNow />}
    >
      {data === undefined ? (
        query.isPending ? (
          <Skeleton className="h-10" />
        ) : (
          <LoadError error={query.error} onRetry={() => void query.refetch()} />
        )
      ) : (
        <Facts facts={factsOf(data)} />
      )}
    </Card>
  );
}

function Verdict({ chain }: { chain: Chain }) {
  if (chain.openFindings.length > 0) {
    return (
      <Badge tone="bad" icon={ShieldAlert}>
        Broken: {chain.openFindings.map(({ subject }) => subject).join(", ")}
      </Badge>
    );
  }
  return chain.lastPassEndedAt === null ? (
    <Badge icon={CircleDashed}>Not wholly verified yet</Badge>
  ) : (
    <Badge tone="good" icon={ShieldCheck}>
      Holds
    </Badge>
  );
}

function factsOf(chain: Chain) {
  const { headPosition, headHash, headChainedAt, roundPosition } = chain;
  const { lastPassEndedAt, lastPassFindings, lastStepAt } = chain;
  return [
    ["Links", headPosition === null ? "None yet" : headPosition.toLocaleString("en-ZA")],
    [
      "Last link",
      headHash === null || headChainedAt === null ? (
        "None yet"
      ) : (
        <span key="head" className="flex flex-wrap items-center gap-2">
          <Copyable text={headHash} shown={headHash.slice(0, 12)} label="Copy hash" />
          <span>
            <Age since={headChainedAt} /> ago
          </span>
        </span>
      ),
    ],
    [
      "All of it last verified",
      lastPassEndedAt === null ? (
        "Not yet"
      ) : (
        <span key="pass">
          <Time at={lastPassEndedAt} />
          {lastPassFindings === 0 ? ", nothing differed" : `, ${lastPassFindings} differed`}
        </span>
      ),
    ],
    [
      "This round",
      roundPosition === null
        ? "Between two rounds"
        : `Up to link ${roundPosition.toLocaleString("en-ZA")}`,
    ],
    [
      "Last step",
      lastStepAt === null ? (
        "None yet"
      ) : (
        <span key="step">
          <Age since={lastStepAt} /> ago
        </span>
      ),
    ],
  ] as const;
}

function VerifyNow() {
  const trpc = useTRPC();
  const cache = useQueryClient();
  const may = useMay("audit.verify");
  const verify = useMutation(
    trpc.audit.verify.mutationOptions({
      onSuccess: () => cache.invalidateQueries({ queryKey: trpc.audit.pathKey() }),
    }),
  );
  if (!may) return null;
  return (
    <span className="flex flex-wrap items-center gap-3">
      <span role="status" className="text-xs text-ink-soft">
        {verify.isSuccess && said(verify.data)}
        {verify.isError && <span className="text-bad">{apiErrorOf(verify.error).message}</span>}
      </span>
      <Button size="sm" disabled={verify.isPending} onClick={() => verify.mutate({ links })}>
        {verify.isPending ? "Verifying …" : `Verify the last ${links.toLocaleString("en-ZA")} now`}
      </Button>
    </span>
  );
}

function said({ from, to, findings }: RouterOutputs["audit"]["verify"]): string {
  if (from === null || to === null) return "There is no link yet.";
  const stretch = `Links ${from.toLocaleString("en-ZA")} to ${to.toLocaleString("en-ZA")}`;
  return findings === 0 ? `${stretch} hold.` : `${stretch}: ${findings} differ. Money was stopped.`;
}
