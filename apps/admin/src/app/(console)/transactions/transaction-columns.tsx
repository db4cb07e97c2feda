import { Clock } from "lucide-react";
import { Copyable, shortId } from "../../../components/copyable.tsx";
import type { Column } from "../../../components/list/data-table.tsx";
import { Money } from "../../../components/money.tsx";
import { StatusBadge, words } from "../../../components/status-badge.tsx";
import { Time } from "../../../components/time.tsx";
import { Badge } from "../../../components/ui/badge.tsx";
import type { RouterOutputs } from "../../../trpc/operator-router.ts";

type Row = RouterOutputs["transaction"]["list"]["items"][number];

export const transactionColumns: readonly Column<Row>[] = [
  {
    id: "reference",
    header: "Reference",
    cell: ({ reference }) => <span className="tabular whitespace-nowrap">{reference}</span>,
  },
  { id: "kind", header: "Kind", cell: ({ kind }) => words(kind) },
  {
    id: "status",
    header: "Status",
    cell: ({ status, openBreaks, isDelayed }) => (
      <span className="flex flex-wrap gap-1">
        <StatusBadge of="transaction" status={status} />
        {openBreaks > 0 && (
          <Badge tone="bad">
            {openBreaks} {openBreaks === 1 ? "break" : "breaks"}
          </Badge>
        )}
        {isDelayed && (
          <Badge tone="warn" icon={Clock}>
            Delayed
          </Badge>
        )}
      </span>
    ),
  },
  {
    id: "amount",
    header: "Amount",
    align: "end",
    cell: ({ amountMinor, currency }) => <Money amountMinor={amountMinor} currency={currency} />,
  },
  {
    id: "fee",
    header: "Fee",
    align: "end",
    hiddenAtFirst: true,
    cell: ({ feeMinor, currency }) => <Money amountMinor={feeMinor} currency={currency} />,
  },
  {
    id: "user",
    header: "User",
    cell: ({ userId }) => (
      <span className="relative z-10">
        <Copyable text={userId} shown={shortId(userId)} label="Copy user" />
      </span>
    ),
  },
  {
    id: "failure",
    header: "Failure",
    cell: ({ failureCode }) => (failureCode === null ? "" : words(failureCode)),
  },
  { id: "created", header: "Created", cell: ({ createdAt }) => <Time at={createdAt} /> },
  {
    id: "updated",
    header: "Last change",
    hiddenAtFirst: true,
    cell: ({ updatedAt }) => <Time at={updatedAt} />,
  },
  {
    id: "completed",
    header: "Completed",
    hiddenAtFirst: true,
    cell: ({ completedAt }) => completedAt && <Time at={completedAt} />,
  },
  {
    id: "id",
    header: "Id",
    hiddenAtFirst: true,
    cell: ({ id }) => (
      <span className="relative z-10">
        <Copyable text={id} shown={shortId(id)} />
      </span>
    ),
  },
];
