import type { Metadata } from "next";
import { requireSession } from "../../../auth/require-session.ts";
import { PageHeader } from "../../../components/page-header.tsx";
import { AuditChain } from "./audit-chain.tsx";
import { AuditList } from "./audit-list.tsx";

export const metadata: Metadata = { title: "Audit log" };

export default async function AuditPage() {
  await requireSession();
  return (
    <>
      <PageHeader
        title="Audit log"
        description="Who did what, when and why. Nothing here can be changed or taken away unseen."
      />
      <AuditChain />
      <AuditList />
    </>
  );
}
