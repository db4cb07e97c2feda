import type { Metadata } from "next";
import { requireSession } from "../../../../../auth/require-session.ts";
import { EntryPage } from "./entry-page.tsx";

export const metadata: Metadata = { title: "Journal entry" };

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  await requireSession();
  return <EntryPage journalEntryId={(await params).id} />;
}
