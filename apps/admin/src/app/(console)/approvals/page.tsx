import type { Metadata } from "next";
import { requireSession } from "../../../auth/require-session.ts";
import { PageHeader } from "../../../components/page-header.tsx";
import { ApprovalsList } from "./approvals-list.tsx";

export const metadata: Metadata = { title: "Approvals" };

export default async function ApprovalsListPage() {
  await requireSession();
  return (
    <>
      <PageHeader
        title="Approvals"
        description="What one person asks for and another decides on."
      />
      <ApprovalsList />
    </>
  );
}
