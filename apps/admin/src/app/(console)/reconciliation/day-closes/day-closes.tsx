"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { parseAsString, useQueryStates } from "nuqs";
import { useState } from "react";
import { Copyable, shortId } from "../../../../components/copyable.tsx";
import { DataList } from "../../../../components/list/data-list.tsx";
import type { Column } from "../../../../components/list/data-table.tsx";
import { LoadError, NothingYet } from "../../../../components/states.tsx";
import { Time } from "../../../../components/time.tsx";
import { Button } from "../../../../components/ui/button.tsx";
import { Dialog } from "../../../../components/ui/dialog.tsx";
import { Skeleton } from "../../../../components/ui/skeleton.tsx";
import { useTRPC } from "../../../../trpc/api-provider.tsx";
import type { RouterOutputs } from "../../../../trpc/operator-router.ts";

type ClosedDay = RouterOutputs["dayClose"]["list"][number];
const perPage = 31;

/** Closed days, newest first, each with its certificate. */
export function DayCloses() {
  const trpc = useTRPC();
  const [{ cursor }, setPlace] = useQueryStates({ cursor: parseAsString }, { history: "push" });
  const [day, setDay] = useState<string | null>(null);
  const query = useQuery(
    trpc.dayClose.list.queryOptions(
      { limit: perPage, ...(cursor !== null && { before: cursor }) },
      { placeholderData: keepPreviousData },
    ),
  );
  const items = query.data ?? [];
  const columns: Column<ClosedDay>[] = [
    { id: "day", header: "Business day", cell: ({ businessOn }) => businessOn },
    { id: "closedAt", header: "Closed", cell: ({ closedAt }) => <Time at={closedAt} /> },
    {
      id: "position",
      header: "Entries up to here",
      align: "end",
      cell: ({ chainPosition }) => <span className="tabular">{chainPosition.toString()}</span>,
    },
    {
      id: "sha256",
      header: "SHA-256",
      cell: ({ sha256 }) => <Copyable text={sha256} shown={shortId(sha256)} />,
    },
    {
      id: "certificate",
      header: "",
      cell: ({ businessOn }) => (
        <Button
          size="sm"
          aria-label={`Certificate of ${businessOn}`}
          onClick={() => setDay(businessOn)}
        >
          Certificate
        </Button>
      ),
    },
  ];
  return (
    <>
      <DataList
        name="day-closes"
        label="Closed days"
        query={{
          data: query.data && {
            items,
            nextCursor: items.length === perPage ? (items.at(-1)?.businessOn ?? null) : null,
          },
          error: query.error,
          isPending: query.isPending,
          isFetching: query.isFetching,
          refetch: query.refetch,
        }}
        columns={columns}
        rowKey={({ businessOn }) => businessOn}
        activeFilters={0}
        onClearFilters={() => void setPlace({ cursor: null })}
        cursor={cursor}
        onCursor={(next) => void setPlace({ cursor: next })}
        nothingYet={
          <NothingYet title="No day is closed yet">
            A day is closed by itself after midnight in Johannesburg.
          </NothingYet>
        }
      />
      <Dialog
        open={day !== null}
        onOpenChange={(open) => {
          if (!open) setDay(null);
        }}
        title={`Certificate of ${day ?? ""}`}
        wide
      >
        {day !== null && <Certificate businessOn={day} />}
      </Dialog>
    </>
  );
}

function Certificate({ businessOn }: { businessOn: string }) {
  const trpc = useTRPC();
  const query = useQuery(trpc.dayClose.get.queryOptions({ businessOn }));
  if (query.isPending) return <Skeleton className="h-40" />;
  if (query.data === undefined) {
    return <LoadError error={query.error} onRetry={() => void query.refetch()} />;
  }
  const { certificate, signature, keyId, differences } = query.data;
  return (
    <div className="flex flex-col gap-3 text-sm">
      {differences.length === 0 ? (
        <p className="rounded-md bg-good-soft px-3 py-2 text-good">
          The ledger, read again just now, is what was signed.
        </p>
      ) : (
        <ul role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad">
          {differences.map(({ what, expected, actual }) => (
            <li key={what}>
              {what}: signed {expected}, now {actual}
            </li>
          ))}
        </ul>
      )}
      <pre
        tabIndex={0}
        className="max-h-72 overflow-auto rounded-md bg-sunken p-3 font-mono text-xs whitespace-pre-wrap"
      >
        {JSON.stringify(JSON.parse(certificate), null, 2)}
      </pre>
      <p className="flex flex-wrap items-center gap-2 text-xs text-ink-soft">
        Signature <Copyable text={signature} shown={`${signature.slice(0, 16)}…`} /> by key{" "}
        <Copyable text={keyId} shown={shortId(keyId)} />
      </p>
    </div>
  );
}
