import { requireSession } from "../../auth/require-session.ts";
import { PageHeader } from "../../components/page-header.tsx";

export default async function HomePage() {
  const { displayName } = await requireSession();
  return <PageHeader title={`Good day, ${displayName}`} />;
}
