import type { Metadata } from "next";
import { requireSession } from "../../../auth/require-session.ts";
import { PageHeader } from "../../../components/page-header.tsx";
import { OperatorsList } from "./operators-list.tsx";

export const metadata: Metadata = { title: "Operators" };

export default async function OperatorsListPage() {
  await requireSession();
  return (
    <>
      <PageHeader
        title="Operators"
        description="Who works here, as what, and how they sign in. Roles and status change under four eyes."
      />
      <OperatorsList />
    </>
  );
}
