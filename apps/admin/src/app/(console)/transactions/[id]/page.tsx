import type { Metadata } from "next";
import { requireSession } from "../../../../auth/require-session.ts";
import { TransactionPage } from "./transaction-page.tsx";

export const metadata: Metadata = { title: "Transaction" };

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  await requireSession();
  const { id } = await params;
  return <TransactionPage transactionId={id} />;
}
