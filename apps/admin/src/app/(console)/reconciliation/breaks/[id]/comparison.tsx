"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import type { ReactNode } from "react";
import { Money } from "../../../../../components/money.tsx";
import { LoadError } from "../../../../../components/states.tsx";
import { Time } from "../../../../../components/time.tsx";
import { Badge } from "../../../../../components/ui/badge.tsx";
import { Card } from "../../../../../components/ui/card.tsx";
import { Skeleton } from "../../../../../components/ui/skeleton.tsx";
import { useTRPC } from "../../../../../trpc/api-provider.tsx";
import type { RouterOutputs } from "../../../../../trpc/operator-router.ts";
import type { BreakDetails } from "../../break-words.ts";
import { Candidates } from "./candidates.tsx";

type Field = RouterOutputs["break"]["compare"]["fields"][number];

/** Both sides, field by field, the difference on top, and what may belong to it. */
export function Comparison({ found }: { found: BreakDetails }) {
  const trpc = useTRPC();
  const query = useQuery(trpc.break.compare.queryOptions({ breakId: found.id }));
  if (query.isPending) return <Skeleton className="h-40" />;
  if (query.data === undefined) {
    return <LoadError error={query.error} onRetry={() => void query.refetch()} />;
  }
  const { fields, difference, line, candidates } = query.data;
  const head = "px-3 py-2 text-left text-xs font-medium text-ink-soft";
  return (
    <>
      <Card
        title="Both sides"
        bare
        actions={
          <span className="flex flex-wrap items-center gap-3 text-sm">
            {difference !== null && (
              <span>
                Difference{" "}
                <Money
                  amountMinor={difference.amountMinor}
                  currency={difference.currency}
                  className={
                    difference.amountMinor === 0n ? "font-semibold" : "font-semibold text-bad"
                  }
                />
                {difference.basisPoints !== null && (
                  <span className="text-ink-soft">
                    {" "}
                    ({(difference.basisPoints / 100).toFixed(2)} %)
                  </span>
                )}
              </span>
            )}
            {line !== null && (
              <Link
                className="text-accent underline"
                href={`/reconciliation/runs/${line.runId}?after=${line.lineNo - 1n}`}
              >
                Line {line.lineNo.toString()}
              </Link>
            )}
          </span>
        }
      >
        <div className="overflow-x-auto" role="region" aria-label="Both sides" tabIndex={0}>
          <table aria-label="Both sides" className="w-full text-sm">
            <thead>
              <tr className="border-b">
                {["Field", "Ledger expects", "Revio shows", ""].map((header) => (
                  <th key={header} scope="col" className={head}>
                    {header === "" ? <span className="sr-only">Agreement</span> : header}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {fields.map((field) => (
                <tr key={field.label} className="border-b last:border-b-0">
                  <th scope="row" className="px-3 py-2 text-left font-medium whitespace-nowrap">
                    {field.label}
                  </th>
                  <td className="px-3 py-2 wrap-anywhere">{valueOf(field, field.expected)}</td>
                  <td className="px-3 py-2 wrap-anywhere">{valueOf(field, field.actual)}</td>
                  <td className="px-3 py-2">
                    {field.differs && <Badge tone="bad">Differs</Badge>}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </Card>
      {candidates.length > 0 && <Candidates found={found} candidates={candidates} />}
    </>
  );
}

function valueOf(field: Field, value: Field["expected"]): ReactNode {
  if (value === null) return <span className="text-ink-soft">Nothing</span>;
  if (value instanceof Date) return <Time at={value} />;
  if (typeof value === "bigint") {
    return (
      <Money amountMinor={value} currency={field.format === "money" ? field.currency : "ZAR"} />
    );
  }
  return value;
}
