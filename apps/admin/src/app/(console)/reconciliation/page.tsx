import type { Metadata } from "next";
import { requireSession } from "../../../auth/require-session.ts";
import { PageHeader } from "../../../components/page-header.tsx";
import { ReconciliationNav } from "./reconciliation-nav.tsx";
import { BreaksList } from "./breaks-list.tsx";

export const metadata: Metadata = { title: "Reconciliation" };

export default async function BreaksListPage() {
  await requireSession();
  return (
    <>
      <PageHeader
        title="Reconciliation"
        description="What does not agree between Revio and the ledger, and waits for somebody."
      />
      <ReconciliationNav />
      <BreaksList />
    </>
  );
}
