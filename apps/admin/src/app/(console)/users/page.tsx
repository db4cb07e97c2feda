import type { Metadata } from "next";
import { requireSession } from "../../../auth/require-session.ts";
import { PageHeader } from "../../../components/page-header.tsx";
import { UsersList } from "./users-list.tsx";

export const metadata: Metadata = { title: "Users" };

export default async function UsersPage() {
  await requireSession();
  return (
    <>
      <PageHeader
        title="Users"
        description="Names and telephone numbers are encrypted and cannot be searched; an e-mail address can be, as a whole."
      />
      <UsersList />
    </>
  );
}
