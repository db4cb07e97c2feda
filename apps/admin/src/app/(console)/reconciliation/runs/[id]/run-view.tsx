"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import type { ReactNode } from "react";
import { Copyable } from "../../../../../components/copyable.tsx";
import { Facts } from "../../../../../components/facts.tsx";
import { Money } from "../../../../../components/money.tsx";
import { PageHeader } from "../../../../../components/page-header.tsx";
import { LoadError } from "../../../../../components/states.tsx";
import { StatusBadge, words } from "../../../../../components/status-badge.tsx";
import { Time } from "../../../../../components/time.tsx";
import { Card } from "../../../../../components/ui/card.tsx";
import { Skeleton } from "../../../../../components/ui/skeleton.tsx";
import { useTRPC } from "../../../../../trpc/api-provider.tsx";
import type { RouterOutputs } from "../../../../../trpc/operator-router.ts";
import type { RunRow } from "../run-words.ts";
import { RunLines } from "./run-lines.tsx";

/** One run: how far it is, what became of its input, and which breaks it has seen. */
export function RunView({ id }: { id: string }) {
  const trpc = useTRPC();
  const query = useQuery(
    trpc.reconciliation.get.queryOptions({ runId: id }, { refetchInterval: 15_000 }),
  );
  if (query.isPending) return <Skeleton className="h-64" />;
  if (query.data === undefined) {
    return <LoadError error={query.error} onRetry={() => void query.refetch()} />;
  }
  const run = query.data;
  return (
    <>
      <PageHeader
        above={<Link href="/reconciliation/runs">Reconciliation runs</Link>}
        title={
          <>
            {words(run.kind)} <StatusBadge of="run" status={run.state} />
          </>
        }
        description={
          <>
            <Time at={run.windowFrom} /> to <Time at={run.windowTo} />
          </>
        }
      />
      <div className="flex flex-col gap-4">
        {run.failure !== null && (
          <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-sm text-bad">
            It cannot go on: {run.failure}
          </p>
        )}
        <Card title="The run">
          <Facts facts={factsOf(run)} />
        </Card>
        <Figures runId={id} />
        {run.kind === "statement" && <RunLines runId={id} />}
      </div>
    </>
  );
}

function factsOf(run: RunRow): [string, ReactNode][] {
  return [
    ["Id", <Copyable key="id" text={run.id} />],
    ["Phase", words(run.phase)],
    ["Looked at", run.checkedCount.toString()],
    ["Differ", run.breakCount.toString()],
    ["Lines of the file", run.lineCount.toString()],
    ["Asked for", <Time key="a" at={run.requestedAt} />],
    ["By", run.requestedByKind === "system" ? "The schedule" : run.requestedBy],
    ["Completed", run.completedAt === null ? "–" : <Time at={run.completedAt} />],
  ];
}

function Figures({ runId }: { runId: string }) {
  const trpc = useTRPC();
  const query = useQuery(trpc.reconciliation.figures.queryOptions({ runId }));
  if (query.isPending) return <Skeleton className="h-32" />;
  if (query.data === undefined) {
    return <LoadError error={query.error} onRetry={() => void query.refetch()} />;
  }
  const { lines, breaks } = query.data;
  return (
    <>
      {lines.length > 0 && <LineFigures lines={lines} />}
      <Card
        title="Breaks that it has seen"
        actions={
          <Link className="text-sm text-accent underline" href={`/reconciliation?run=${runId}`}>
            Open ones in the queue
          </Link>
        }
      >
        {breaks.length === 0 && <p className="text-sm text-ink-soft">None: both sides agree.</p>}
        <ul className="flex flex-col gap-2 text-sm">
          {breaks.map((figure) => (
            <li
              key={`${figure.class} ${figure.state} ${figure.currency}`}
              className="flex flex-wrap items-center gap-3"
            >
              <span className="w-10 text-right font-semibold tabular">{figure.count}</span>
              <Link
                className="text-accent underline"
                href={`/reconciliation?run=${runId}&class=${figure.class}&state=${figure.state}`}
              >
                {words(figure.class)}
              </Link>
              <StatusBadge of="break" status={figure.state} />
              {figure.currency !== null && (
                <Money amountMinor={figure.amountMinor} currency={figure.currency} />
              )}
            </li>
          ))}
        </ul>
      </Card>
    </>
  );
}

const verdictWords: Record<string, string> = {
  matched: "Agree with the ledger",
  break: "Do not agree",
  ignored: "Around the window, or totals",
};

/** C101: the parts and their sum, by number and by value. */
function LineFigures({ lines }: { lines: RouterOutputs["reconciliation"]["figures"]["lines"] }) {
  const currencies = [...new Set(lines.map(({ currency }) => currency))];
  const cell = "px-3 py-2 text-right";
  return (
    <Card title="Lines of the file" bare>
      <div className="overflow-x-auto">
        <table aria-label="Lines of the file" className="w-full text-sm">
          <thead className="text-xs text-ink-soft">
            <tr className="border-b">
              <th scope="col" className="px-3 py-2 text-left font-medium">
                Outcome
              </th>
              <th scope="col" className={`${cell} font-medium`}>
                Lines
              </th>
              <th scope="col" className={`${cell} font-medium`}>
                Money in less money out
              </th>
            </tr>
          </thead>
          <tbody>
            {lines.map((figure) => (
              <tr key={`${figure.verdict} ${figure.currency}`} className="border-b">
                <th scope="row" className="px-3 py-2 text-left font-normal">
                  {verdictWords[figure.verdict ?? ""] ?? "Not judged yet"}
                </th>
                <td className={`${cell} tabular`}>{figure.count}</td>
                <td className={cell}>
                  <Money amountMinor={figure.amountMinor} currency={figure.currency} />
                </td>
              </tr>
            ))}
            {currencies.map((currency) => {
              const ofIt = lines.filter((one) => one.currency === currency);
              return (
                <tr key={currency} className="font-semibold">
                  <th scope="row" className="px-3 py-2 text-left">
                    All lines, {currency}
                  </th>
                  <td className={`${cell} tabular`}>
                    {ofIt.reduce((sum, { count }) => sum + count, 0)}
                  </td>
                  <td className={cell}>
                    <Money
                      amountMinor={ofIt.reduce((sum, one) => sum + one.amountMinor, 0n)}
                      currency={currency}
                    />
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
