import type { Metadata } from "next";
import { requireSession } from "../../../auth/require-session.ts";
import { PageHeader } from "../../../components/page-header.tsx";
import { OwnFactors } from "./own-factors.tsx";
import { OwnSessions } from "./own-sessions.tsx";

export const metadata: Metadata = { title: "Your account" };

export default async function AccountPage() {
  const { displayName, email } = await requireSession();
  return (
    <>
      <PageHeader title="Your account" description={`${displayName}, ${email}`} />
      <div className="grid gap-4 xl:grid-cols-2">
        <OwnFactors />
        <OwnSessions />
      </div>
    </>
  );
}
