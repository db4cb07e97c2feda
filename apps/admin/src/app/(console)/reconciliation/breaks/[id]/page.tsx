import type { Metadata } from "next";
import { requireSession } from "../../../../../auth/require-session.ts";
import { BreakView } from "./break-view.tsx";

export const metadata: Metadata = { title: "Break" };

export default async function BreakViewPage({ params }: { params: Promise<{ id: string }> }) {
  await requireSession();
  return <BreakView id={(await params).id} />;
}
