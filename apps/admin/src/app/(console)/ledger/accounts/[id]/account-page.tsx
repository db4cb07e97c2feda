"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { parseAsString } from "nuqs";
import { Copyable } from "../../../../../components/copyable.tsx";
import { Facts } from "../../../../../components/facts.tsx";
import { FilterBar } from "../../../../../components/list/filter-bar.tsx";
import { FilterPeriod } from "../../../../../components/list/filter-business-days.tsx";
import { useListParams } from "../../../../../components/list/use-list-params.ts";
import { Money } from "../../../../../components/money.tsx";
import { PageHeader } from "../../../../../components/page-header.tsx";
import { words } from "../../../../../components/status-badge.tsx";
import { Time } from "../../../../../components/time.tsx";
import { Card } from "../../../../../components/ui/card.tsx";
import { periodOf } from "../../../../../format/business-day.ts";
import { useTRPC } from "../../../../../trpc/api-provider.tsx";
import type { RouterOutputs } from "../../../../../trpc/operator-router.ts";
import { StatementList } from "../../statement-list.tsx";

type Account = RouterOutputs["ledger"]["accountStatement"]["account"];

const filters = { from: parseAsString, to: parseAsString };

export function AccountPage({ accountCode }: { accountCode: string }) {
  const trpc = useTRPC();
  const { filters: chosen, setFilters, ...place } = useListParams(filters);
  const query = useQuery(
    trpc.ledger.accountStatement.queryOptions(
      { accountCode, ...periodOf(chosen), ...(place.cursor !== null && { cursor: place.cursor }) },
      { placeholderData: keepPreviousData },
    ),
  );
  const account = query.data?.account;
  return (
    <>
      <PageHeader
        above={<Link href="/ledger">Ledger</Link>}
        title={account === undefined ? "Ledger account" : words(account.name)}
        description={<Copyable text={accountCode} label="Copy account code" />}
      />
      {account !== undefined && <AboutAccount account={account} />}
      <FilterBar active={place.activeFilters} onClear={place.clearFilters}>
        <FilterPeriod from={chosen.from} to={chosen.to} onChange={setFilters} />
      </FilterBar>
      <StatementList name="account-statement" query={query} place={place} />
    </>
  );
}

function AboutAccount({ account }: { account: Account }) {
  return (
    <Card className="mb-4">
      <Facts
        facts={[
          [
            "Balance now",
            <Money
              key="balance"
              className="text-base font-semibold"
              amountMinor={account.balanceMinor}
              currency={account.currency}
            />,
          ],
          ["Type", words(account.type)],
          ["Grows by", words(account.normalSide)],
          [
            "Owner",
            account.userId === null ? (
              "The house"
            ) : (
              <Link
                key="owner"
                href={`/users/${account.userId}`}
                className="text-accent hover:underline"
              >
                User
              </Link>
            ),
          ],
          ["Opened", <Time key="opened" at={account.createdAt} />],
        ]}
      />
    </Card>
  );
}
