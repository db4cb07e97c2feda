import type { Metadata } from "next";
import { requireSession } from "../../../../../auth/require-session.ts";
import { RunView } from "./run-view.tsx";

export const metadata: Metadata = { title: "Reconciliation run" };

export default async function RunViewPage({ params }: { params: Promise<{ id: string }> }) {
  await requireSession();
  return <RunView id={(await params).id} />;
}
