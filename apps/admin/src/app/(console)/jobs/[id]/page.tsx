import type { Metadata } from "next";
import { requireSession } from "../../../../auth/require-session.ts";
import { JobPage } from "./job-page.tsx";

export const metadata: Metadata = { title: "Job" };

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  await requireSession();
  const { id } = await params;
  return <JobPage id={id} />;
}
