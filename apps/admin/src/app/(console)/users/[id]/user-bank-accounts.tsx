"use client";
import { useQuery } from "@tanstack/react-query";
import { Landmark } from "lucide-react";
import { useMay } from "../../../../auth/session-provider.tsx";
import { Reveal } from "../../../../components/act/reveal.tsx";
import { Copyable } from "../../../../components/copyable.tsx";
import { Facts } from "../../../../components/facts.tsx";
import { LoadError, NothingYet } from "../../../../components/states.tsx";
import { words } from "../../../../components/status-badge.tsx";
import { Time } from "../../../../components/time.tsx";
import { Badge } from "../../../../components/ui/badge.tsx";
import { Card } from "../../../../components/ui/card.tsx";
import { Skeleton } from "../../../../components/ui/skeleton.tsx";
import { useTRPC, useTRPCClient } from "../../../../trpc/api-provider.tsx";
import type { RouterOutputs } from "../../../../trpc/operator-router.ts";

export function UserBankAccounts({ userId }: { userId: string }) {
  const trpc = useTRPC();
  const query = useQuery(trpc.user.bankAccounts.queryOptions({ userId }));
  if (query.data === undefined) {
    return query.isPending ? (
      <Skeleton className="h-32" />
    ) : (
      <LoadError error={query.error} onRetry={() => void query.refetch()} />
    );
  }
  if (query.data.length === 0) {
    return <NothingYet title="No bank accounts">The user adds them to withdraw money.</NothingYet>;
  }
  return (
    <ul className="grid gap-4 xl:grid-cols-2">
      {query.data.map((account) => (
        <li key={account.id}>
          <BankAccount account={account} />
        </li>
      ))}
    </ul>
  );
}

function BankAccount({ account }: { account: RouterOutputs["user"]["bankAccounts"][number] }) {
  const api = useTRPCClient();
  const mayReveal = useMay("users.reveal");
  return (
    <Card
      title={
        <span className="inline-flex items-center gap-2">
          <Landmark className="size-4 text-ink-faint" aria-hidden />
          {account.bankName}
          {account.status === "removed" && <Badge>Removed</Badge>}
        </span>
      }
    >
      <Facts
        facts={[
          [
            "Number",
            <span key="number" className="tabular">
              {account.maskedAccountNumber}
            </span>,
          ],
          [
            "Branch",
            <span key="branch" className="tabular">
              {account.branchCode}
            </span>,
          ],
          ["Type", words(account.accountType)],
          ["Added", <Time key="added" at={account.createdAt} />],
          ...(account.removedAt === null
            ? []
            : [["Removed", <Time key="removed" at={account.removedAt} />] as const]),
          ["Id", <Copyable key="id" text={account.id} />],
        ]}
      />
      {mayReveal && (
        <div className="mt-4 border-t pt-4">
          <Reveal
            what={`number and holder of ${account.maskedAccountNumber}`}
            of={`bank account ${account.id}`}
            send={(reason) => api.bankAccount.reveal.mutate({ bankAccountId: account.id, reason })}
          >
            {({ accountNumber, accountHolder }) => (
              <Facts
                facts={[
                  ["Holder", accountHolder],
                  ["Number", <Copyable key="number" text={accountNumber} />],
                ]}
              />
            )}
          </Reveal>
        </div>
      )}
    </Card>
  );
}
