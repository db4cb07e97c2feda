import type { Metadata } from "next";
import { requireSession } from "../../../../auth/require-session.ts";
import { ApprovalView } from "./approval-view.tsx";

export const metadata: Metadata = { title: "Approval" };

export default async function ApprovalViewPage({ params }: { params: Promise<{ id: string }> }) {
  await requireSession();
  return <ApprovalView id={(await params).id} />;
}
