import type { Metadata } from "next";
import { requireSession } from "../../../../auth/require-session.ts";
import { PageHeader } from "../../../../components/page-header.tsx";
import { ReconciliationNav } from "../reconciliation-nav.tsx";
import { SuspenseList } from "./suspense-list.tsx";

export const metadata: Metadata = { title: "Suspense" };

export default async function SuspenseListPage() {
  await requireSession();
  return (
    <>
      <PageHeader
        title="Suspense"
        description="Payments that Revio received and that nobody may be credited with yet."
      />
      <ReconciliationNav />
      <SuspenseList />
    </>
  );
}
