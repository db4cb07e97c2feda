import type { Metadata } from "next";
import { requireSession } from "../../../../auth/require-session.ts";
import { WebhookInspector } from "./webhook-inspector.tsx";

export const metadata: Metadata = { title: "Webhook" };

export default async function WebhookPage({ params }: { params: Promise<{ id: string }> }) {
  await requireSession();
  const { id } = await params;
  return <WebhookInspector id={id} />;
}
