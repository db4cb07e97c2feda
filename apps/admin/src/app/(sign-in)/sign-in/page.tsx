import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { findSession } from "../../../auth/require-session.ts";
import { SignInForm } from "./sign-in-form.tsx";

export const metadata: Metadata = { title: "Sign in" };

export default async function SignInPage() {
  const session = await findSession();
  if (session !== null) redirect(session.missing === null ? "/" : "/sign-in/factor");
  return <SignInForm />;
}
