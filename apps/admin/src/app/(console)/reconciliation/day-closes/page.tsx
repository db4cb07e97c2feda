import type { Metadata } from "next";
import { requireSession } from "../../../../auth/require-session.ts";
import { PageHeader } from "../../../../components/page-header.tsx";
import { ReconciliationNav } from "../reconciliation-nav.tsx";
import { DayCloses } from "./day-closes.tsx";

export const metadata: Metadata = { title: "Closed days" };

export default async function DayClosesPage() {
  await requireSession();
  return (
    <>
      <PageHeader
        title="Closed days"
        description="Each business day ends with a signed certificate of its figures."
      />
      <ReconciliationNav />
      <DayCloses />
    </>
  );
}
