import type { Metadata } from "next";
import { requireSession } from "../../../auth/require-session.ts";
import { PageHeader } from "../../../components/page-header.tsx";
import { QueuesTable } from "./queues-table.tsx";

export const metadata: Metadata = { title: "Queues" };

export default async function QueuesPage() {
  await requireSession();
  return (
    <>
      <PageHeader
        title="Queues"
        description="Background jobs. No money waits for a dead one: the work is made anew from the tables each minute."
      />
      <QueuesTable />
    </>
  );
}
