import { requireSession } from "../../auth/require-session.ts";
import { PageHeader } from "../../components/page-header.tsx";
import { Charts } from "./charts.tsx";
import { WhatWaits } from "./what-waits.tsx";

export default async function HomePage() {
  const { displayName, permissions } = await requireSession();
  return (
    <>
      <PageHeader title={`Good day, ${displayName}`} description="What needs somebody now." />
      <div className="flex flex-col gap-6">
        <WhatWaits />
        {permissions.includes("transactions.view") && <Charts />}
      </div>
    </>
  );
}
