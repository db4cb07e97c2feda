import type { Metadata } from "next";
import { requireSession } from "../../../auth/require-session.ts";
import { PageHeader } from "../../../components/page-header.tsx";
import { TransactionsList } from "./transactions-list.tsx";

export const metadata: Metadata = { title: "Transactions" };

export default async function TransactionsPage() {
  await requireSession();
  return (
    <>
      <PageHeader
        title="Transactions"
        description="Every deposit, withdrawal, refund, chargeback and adjustment of all users."
      />
      <TransactionsList />
    </>
  );
}
