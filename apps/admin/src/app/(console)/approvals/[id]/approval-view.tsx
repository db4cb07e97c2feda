"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { type ReactNode, useState } from "react";
import { useSession } from "../../../../auth/session-provider.tsx";
import { Copyable, shortId } from "../../../../components/copyable.tsx";
import { Facts } from "../../../../components/facts.tsx";
import { Money } from "../../../../components/money.tsx";
import { PageHeader } from "../../../../components/page-header.tsx";
import { LoadError } from "../../../../components/states.tsx";
import { StatusBadge, words } from "../../../../components/status-badge.tsx";
import { Time } from "../../../../components/time.tsx";
import { Button } from "../../../../components/ui/button.tsx";
import { Card } from "../../../../components/ui/card.tsx";
import { Skeleton } from "../../../../components/ui/skeleton.tsx";
import { useTRPC } from "../../../../trpc/api-provider.tsx";
import { type ApprovalDetails, blockWords, subjectOf } from "../approval-words.ts";
import { ChangeTable } from "./change-table.tsx";
import { DecideDialog } from "./decide-dialog.tsx";
import { EffectsTable } from "./effects-table.tsx";
import { SendInvitation } from "./send-invitation.tsx";
import { WithdrawRequest } from "./withdraw-request.tsx";

/** Everything that the checker decides by: what, why, by whom, what it does to balances, and what changed since. */
export function ApprovalView({ id }: { id: string }) {
  const trpc = useTRPC();
  const query = useQuery(
    trpc.approval.get.queryOptions({ approvalId: id }, { refetchInterval: 15_000 }),
  );
  if (query.isPending) return <Skeleton className="h-64" />;
  if (query.data === undefined) {
    return <LoadError error={query.error} onRetry={() => void query.refetch()} />;
  }
  const approval = query.data;
  return (
    <>
      <Head approval={approval} />
      <div className="flex flex-col gap-4">
        <Notices approval={approval} />
        <Card title="The request">
          <Facts facts={factsOf(approval)} />
        </Card>
        <Effects approval={approval} />
      </div>
    </>
  );
}

function Head({ approval }: { approval: ApprovalDetails }) {
  const [isDeciding, setDeciding] = useState(false);
  const [decision, setDecision] = useState<"approved" | "rejected">("rejected");
  const decide = (word: "approved" | "rejected") => {
    setDecision(word);
    setDeciding(true);
  };
  const { operatorId } = useSession();
  const isOpen = approval.state === "requested";
  const isMine = approval.requestedBy === operatorId;
  const isInvitation = approval.proposal.target?.startsWith("invitation:") === true;
  return (
    <PageHeader
      above={<Link href="/approvals">Approvals</Link>}
      title={
        <>
          {words(approval.kind)} <StatusBadge of="approval" status={approval.state} />
        </>
      }
      description={<span className="wrap-anywhere">{subjectOf(approval)}</span>}
      actions={
        isOpen ? (
          <>
            {isMine && <WithdrawRequest id={approval.id} />}
            <Button
              look="danger"
              disabled={!approval.mayReject}
              title={approval.mayReject ? undefined : blocked(approval)}
              onClick={() => decide("rejected")}
            >
              Refuse
            </Button>
            <Button
              look="primary"
              disabled={!approval.mayApprove || approval.changedSince.length > 0}
              title={approval.mayApprove ? approval.changedSince[0] : blocked(approval)}
              onClick={() => decide("approved")}
            >
              Approve
            </Button>
            <DecideDialog
              approval={approval}
              open={isDeciding}
              decision={decision}
              onOpenChange={setDeciding}
            />
          </>
        ) : (
          isMine &&
          isInvitation &&
          approval.state === "approved" && <SendInvitation approval={approval} />
        )
      }
    />
  );
}

const blocked = ({ blockedBy }: ApprovalDetails) =>
  blockedBy === null ? undefined : blockWords[blockedBy];

function Notices({ approval }: { approval: ApprovalDetails }) {
  if (approval.state !== "requested") return null;
  const why = blocked(approval);
  return (
    <>
      {approval.changedSince.map((each) => (
        <Notice key={each} tone="bad">
          {each} An approval would be refused.
        </Notice>
      ))}
      {why !== undefined && <Notice tone="info">{why}</Notice>}
    </>
  );
}

function Notice({ tone, children }: { tone: "bad" | "info"; children: ReactNode }) {
  const look = tone === "bad" ? "bg-bad-soft text-bad" : "bg-info-soft text-info";
  return (
    <p role="status" className={`rounded-md px-3 py-2 text-sm ${look}`}>
      {children}
    </p>
  );
}

function factsOf(approval: ApprovalDetails): [string, ReactNode][] {
  const { amountMinor, currency, transactionId, breakId, transaction } = approval;
  const facts: [string, ReactNode][] = [["Id", <Copyable key="id" text={approval.id} />]];
  if (amountMinor !== null && currency !== null) {
    facts.push(["Amount", <Money key="m" amountMinor={amountMinor} currency={currency} />]);
  }
  facts.push(
    ["Asked by", approval.requestedByName ?? `User ${shortId(approval.requestedBy)}`],
    ["Asked at", <Time key="a" at={approval.requestedAt} />],
    ["Why", approval.requestReason ?? "Above the limit for withdrawals"],
  );
  if (approval.subjectName !== null) facts.push(["About", approval.subjectName]);
  if (approval.expiresAt !== null) {
    facts.push(["Good until", <Time key="e" at={approval.expiresAt} />]);
  }
  if (transactionId !== null) {
    facts.push([
      "Transaction",
      <Link key="t" className="text-accent underline" href={`/transactions/${transactionId}`}>
        {shortId(transactionId)}
      </Link>,
    ]);
  }
  if (transaction !== null) {
    facts.push(
      ["Its status", <StatusBadge key="s" of="transaction" status={transaction.status} />],
      [
        "User",
        <Link key="u" className="text-accent underline" href={`/users/${transaction.userId}`}>
          {shortId(transaction.userId)}
        </Link>,
      ],
    );
  }
  if (breakId !== null) {
    facts.push([
      "Break",
      <Link key="b" className="text-accent underline" href={`/reconciliation/breaks/${breakId}`}>
        {approval.break === null ? shortId(breakId) : words(approval.break.class)}
      </Link>,
    ]);
  }
  if (approval.proposal.outcome !== undefined) {
    facts.push(["What became of it", words(approval.proposal.outcome)]);
  }
  if (approval.decidedAt !== null) {
    facts.push(
      ["Decided by", approval.decidedByName ?? "–"],
      ["Decided at", <Time key="d" at={approval.decidedAt} />],
      ["Reason", approval.reason ?? "–"],
    );
  }
  return facts;
}

function Effects({ approval }: { approval: ApprovalDetails }) {
  const { fields, approveEffects, rejectEffects, break: found } = approval;
  return (
    <>
      {fields.length > 0 && (
        <Card title="What changes" bare>
          <ChangeTable fields={fields} isOpen={approval.state === "requested"} />
        </Card>
      )}
      {approveEffects.length > 0 && (
        <Card title="If approved, this is posted" bare>
          <EffectsTable label="Effect of an approval" effects={approveEffects} />
        </Card>
      )}
      {rejectEffects.length > 0 && (
        <Card title="If refused, this is posted" bare>
          <EffectsTable label="Effect of a refusal" effects={rejectEffects} />
        </Card>
      )}
      {found !== null && (
        <Card title="Evidence">
          <Facts
            facts={Object.entries(found.evidence).map(
              ([name, value]) => [words(name), value === null ? "–" : String(value)] as const,
            )}
          />
        </Card>
      )}
    </>
  );
}
