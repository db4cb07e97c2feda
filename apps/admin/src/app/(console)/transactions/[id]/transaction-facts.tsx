"use client";
import Link from "next/link";
import type { ReactNode } from "react";
import { Copyable } from "../../../../components/copyable.tsx";
import { Facts } from "../../../../components/facts.tsx";
import { Money } from "../../../../components/money.tsx";
import { StatusBadge, words } from "../../../../components/status-badge.tsx";
import { Time } from "../../../../components/time.tsx";
import { Badge } from "../../../../components/ui/badge.tsx";
import { Card } from "../../../../components/ui/card.tsx";
import type { RouterOutputs } from "../../../../trpc/operator-router.ts";

export type SeenTransaction = RouterOutputs["transaction"]["get"];

/** A job may still be there when there is nothing left to look for. */
const underWay: ReadonlySet<string> = new Set([
  "created",
  "awaiting_payment",
  "in_review",
  "awaiting_approval",
  "queued",
  "processing",
  "in_doubt",
]);

/** Everything that is known of it at a glance, with every id. */
export function TransactionFacts({ seen }: { seen: SeenTransaction }) {
  const { transaction, user, bankAccount, request, nextJob } = seen;
  const facts: (readonly [string, ReactNode])[] = [
    ["Id", <Copyable key="id" text={transaction.id} />],
    [
      "User",
      <span key="user" className="flex flex-col items-start gap-1">
        <Copyable text={user.id} label="Copy user" />
        <Link href={`/users/${user.id}`} className="text-accent">
          Open the user
        </Link>
        {user.status !== "active" && <StatusBadge of="user" status={user.status} />}
        {user.outgoingFrozenAt !== null && (
          <Badge tone="bad">Outgoing frozen: {user.outgoingFrozenReason}</Badge>
        )}
      </span>,
    ],
    ["Fee", <Money key="fee" amountMinor={transaction.feeMinor} currency={transaction.currency} />],
    ["Created", <Time key="created" at={transaction.createdAt} />],
    ["Last change", <Time key="updated" at={transaction.updatedAt} />],
  ];
  if (transaction.completedAt !== null)
    facts.push(["Completed", <Time key="completed" at={transaction.completedAt} />]);
  if (transaction.expiresAt !== null && transaction.completedAt === null)
    facts.push(["Checkout ends", <Time key="expires" at={transaction.expiresAt} />]);
  if (transaction.failureCode !== null) facts.push(["Failure", words(transaction.failureCode)]);
  if (bankAccount !== null) {
    facts.push([
      "Bank account",
      <span key="bank">
        {bankAccount.bankName}, {bankAccount.accountType}, ends in{" "}
        <span className="tabular">{bankAccount.lastFour}</span>
        {bankAccount.status === "removed" && " (removed)"}
      </span>,
    ]);
  }
  if (request !== null)
    facts.push([
      "Idempotency key",
      <Copyable key="key" text={request.idempotencyKey} label="Copy idempotency key" />,
    ]);
  if (nextJob !== null && underWay.has(transaction.status))
    facts.push(["Looked at next", <Time key="next" at={nextJob.at} />]);
  return (
    <Card title="What is known">
      <div className="flex flex-col gap-5">
        <Facts facts={facts} />
        <Linked seen={seen} />
      </div>
    </Card>
  );
}

const linkLook = "inline-flex flex-wrap items-center gap-2 text-accent";

/** What hangs together with it. */
function Linked({ seen }: { seen: SeenTransaction }) {
  const { related, breaks, approvals, suspense, operators } = seen;
  const nameOf = (id: string | null) => operators.find((one) => one.id === id)?.name;
  if (related.length + breaks.length + approvals.length + suspense.length === 0) return null;
  return (
    <ul className="flex flex-col gap-2 border-t pt-4 text-sm" aria-label="Linked">
      {related.map((one) => (
        <li key={one.id}>
          <Link href={`/transactions/${one.id}`} className={linkLook}>
            {words(one.kind)} {one.reference}
          </Link>{" "}
          <Money amountMinor={one.amountMinor} currency={one.currency} />{" "}
          <StatusBadge of="transaction" status={one.status} />
        </li>
      ))}
      {breaks.map((one) => (
        <li key={one.id}>
          <Link href={`/reconciliation/breaks/${one.id}`} className={linkLook}>
            Break: {words(one.class)}
          </Link>{" "}
          <StatusBadge of="severity" status={one.severity} />{" "}
          <StatusBadge of="break" status={one.state} />
        </li>
      ))}
      {approvals.map((one) => (
        <li key={one.id}>
          <Link href={`/approvals/${one.id}`} className={linkLook}>
            Approval: {words(one.kind)}
          </Link>{" "}
          <StatusBadge of="approval" status={one.state} />{" "}
          <span className="text-ink-soft">
            {nameOf(one.requestedBy) !== undefined && `asked for by ${nameOf(one.requestedBy)}`}
            {nameOf(one.decidedBy) !== undefined && `, decided by ${nameOf(one.decidedBy)}`}
          </span>
        </li>
      ))}
      {suspense.map((one) => (
        <li key={one.purchaseId}>
          In suspense: <Money amountMinor={one.amountMinor} currency={one.currency} />,{" "}
          {words(one.reason).toLowerCase()}, {one.releasedAt === null ? "held since " : "released "}
          <Time at={one.releasedAt ?? one.heldAt} />
        </li>
      ))}
    </ul>
  );
}
