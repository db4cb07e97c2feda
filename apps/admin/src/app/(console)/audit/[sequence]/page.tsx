import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { requireSession } from "../../../../auth/require-session.ts";
import { AuditEventPage } from "./audit-event-page.tsx";

export const metadata: Metadata = { title: "Audit event" };

export default async function Page({ params }: { params: Promise<{ sequence: string }> }) {
  await requireSession();
  const { sequence } = await params;
  if (!/^\d{1,18}$/.test(sequence)) notFound();
  return <AuditEventPage sequence={sequence} />;
}
