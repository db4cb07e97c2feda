import type { Metadata } from "next";
import Link from "next/link";
import { requireSession } from "../../../auth/require-session.ts";
import { PageHeader } from "../../../components/page-header.tsx";
import { buttonLook } from "../../../components/ui/button.tsx";
import { HouseAccounts } from "./house-accounts.tsx";
import { Journal } from "./journal.tsx";

export const metadata: Metadata = { title: "Ledger" };

export default async function LedgerPage() {
  await requireSession();
  return (
    <>
      <PageHeader
        title="Ledger"
        description="Nothing here can be edited. A correction is an entry of its own, proposed by one operator and approved by another."
        actions={
          <Link href="/ledger/trial-balance" className={buttonLook({})}>
            Trial balance
          </Link>
        }
      />
      <HouseAccounts />
      <h2 className="mt-6 mb-3 text-base font-semibold">Journal</h2>
      <Journal />
    </>
  );
}
