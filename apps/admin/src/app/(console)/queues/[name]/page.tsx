import type { Metadata } from "next";
import { requireSession } from "../../../../auth/require-session.ts";
import { QueuePage } from "./queue-page.tsx";

export const metadata: Metadata = { title: "Queue" };

export default async function Page({ params }: { params: Promise<{ name: string }> }) {
  await requireSession();
  const { name } = await params;
  return <QueuePage name={decodeURIComponent(name)} />;
}
