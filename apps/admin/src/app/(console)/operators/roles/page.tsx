import type { Metadata } from "next";
import { requireSession } from "../../../../auth/require-session.ts";
import { PageHeader } from "../../../../components/page-header.tsx";
import { MatrixView } from "./matrix-view.tsx";

export const metadata: Metadata = { title: "Roles" };

export default async function MatrixViewPage() {
  await requireSession();
  return (
    <>
      <PageHeader
        title="Roles"
        description="What each role may do: just what the API and the database ask for."
      />
      <MatrixView />
    </>
  );
}
