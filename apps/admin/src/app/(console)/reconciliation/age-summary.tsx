"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { Money } from "../../../components/money.tsx";
import { Skeleton } from "../../../components/ui/skeleton.tsx";
import { useTRPC } from "../../../trpc/api-provider.tsx";
import { ages, ageWords } from "./break-words.ts";

/** How many wait for how long; each number leads to just these. */
export function AgeSummary() {
  const trpc = useTRPC();
  const query = useQuery(trpc.break.summary.queryOptions(undefined, { refetchInterval: 15_000 }));
  if (query.data === undefined) return <Skeleton className="mb-4 h-20" />;
  const figures = query.data;
  return (
    <ul className="mb-4 grid grid-cols-2 gap-3 lg:grid-cols-4">
      {ages.map((age) => {
        const ofAge = figures.filter((one) => one.age === age);
        const count = ofAge.reduce((sum, one) => sum + one.count, 0);
        const atStake = ofAge.reduce((sum, one) => sum + one.amountMinor, 0n);
        return (
          <li key={age}>
            <Link
              href={`/reconciliation?age=${age}`}
              className="block rounded-xl border bg-panel px-4 py-3 hover:bg-sunken"
            >
              <span className="text-xs text-ink-soft">{ageWords[age]}</span>
              <span className="mt-0.5 flex flex-wrap items-baseline justify-between gap-2">
                <span className="text-xl font-semibold tabular">{count}</span>
                <Money amountMinor={atStake} currency="ZAR" className="text-xs text-ink-soft" />
              </span>
            </Link>
          </li>
        );
      })}
    </ul>
  );
}
