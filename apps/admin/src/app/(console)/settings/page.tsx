import type { Metadata } from "next";
import { requireSession } from "../../../auth/require-session.ts";
import { PageHeader } from "../../../components/page-header.tsx";
import { SettingsView } from "./settings-view.tsx";

export const metadata: Metadata = { title: "Settings" };

export default async function SettingsViewPage() {
  await requireSession();
  return (
    <>
      <PageHeader
        title="Settings"
        description="Limits and thresholds as they hold now. A change holds once another administrator has approved it."
      />
      <SettingsView />
    </>
  );
}
