import type { Metadata } from "next";
import { requireSession } from "../../../../auth/require-session.ts";
import { OperatorView } from "./operator-view.tsx";

export const metadata: Metadata = { title: "Operator" };

export default async function OperatorViewPage({ params }: { params: Promise<{ id: string }> }) {
  await requireSession();
  return <OperatorView id={(await params).id} />;
}
