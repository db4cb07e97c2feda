import type { Metadata } from "next";
import { requireSession } from "../../../../../auth/require-session.ts";
import { AccountPage } from "./account-page.tsx";

export const metadata: Metadata = { title: "Ledger account" };

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  await requireSession();
  return <AccountPage accountCode={decodeURIComponent((await params).id)} />;
}
