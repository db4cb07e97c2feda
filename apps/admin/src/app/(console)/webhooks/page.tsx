import type { Metadata } from "next";
import { requireSession } from "../../../auth/require-session.ts";
import { PageHeader } from "../../../components/page-header.tsx";
import { WebhookOverview } from "./webhook-overview.tsx";
import { WebhookTabs } from "./webhook-tabs.tsx";

export const metadata: Metadata = { title: "Webhooks" };

export default async function WebhooksPage() {
  await requireSession();
  return (
    <>
      <PageHeader
        title="Webhooks"
        description="What Revio tells, what came of it, and what was asked of Revio."
      />
      <WebhookOverview />
      <WebhookTabs />
    </>
  );
}
