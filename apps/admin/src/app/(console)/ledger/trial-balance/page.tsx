import type { Metadata } from "next";
import Link from "next/link";
import { requireSession } from "../../../../auth/require-session.ts";
import { PageHeader } from "../../../../components/page-header.tsx";
import { TrialBalance } from "./trial-balance.tsx";

export const metadata: Metadata = { title: "Trial balance" };

export default async function TrialBalancePage() {
  await requireSession();
  return (
    <>
      <PageHeader
        above={<Link href="/ledger">Ledger</Link>}
        title="Trial balance"
        description="What every account holds, as of now or of any moment: debits on one side, credits on the other, and both must agree."
      />
      <TrialBalance />
    </>
  );
}
