import type { Metadata } from "next";
import { requireSession } from "../../../../auth/require-session.ts";
import { UserPage } from "./user-page.tsx";

export const metadata: Metadata = { title: "User" };

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  await requireSession();
  return <UserPage userId={(await params).id} />;
}
