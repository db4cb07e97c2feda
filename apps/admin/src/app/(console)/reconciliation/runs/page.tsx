import type { Metadata } from "next";
import { requireSession } from "../../../../auth/require-session.ts";
import { PageHeader } from "../../../../components/page-header.tsx";
import { ReconciliationNav } from "../reconciliation-nav.tsx";
import { RunsList } from "./runs-list.tsx";

export const metadata: Metadata = { title: "Reconciliation runs" };

export default async function RunsListPage() {
  await requireSession();
  return (
    <>
      <PageHeader
        title="Reconciliation runs"
        description="Each comparison of a window: what was looked at, and what did not agree."
      />
      <ReconciliationNav />
      <RunsList />
    </>
  );
}
