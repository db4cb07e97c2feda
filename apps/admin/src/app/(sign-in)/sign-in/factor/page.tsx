import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { findSession } from "../../../../auth/require-session.ts";
import { readSessionToken } from "../../../../auth/session-cookie.ts";
import { apiClient } from "../../../../trpc/api-client.ts";
import { EnrolFactor } from "./enrol-factor.tsx";
import { GiveFactor } from "./give-factor.tsx";

export const metadata: Metadata = { title: "Second step" };

/** The second step: a factor that the operator has, or, without one, a first one. */
export default async function FactorPage() {
  const session = await findSession();
  if (session === null) redirect("/sign-in");
  if (session.missing === null) redirect("/");
  const api = await apiClient(await readSessionToken());
  const { passkeys, totp } = await api.factor.get.query();
  const { email, needsPasskey } = session;
  const hasEnough = passkeys.length > 0 || (totp && !needsPasskey);
  if (!hasEnough && (session.missing === "passkey" || !totp)) {
    return <EnrolFactor email={email} passkeyOnly={needsPasskey} />;
  }
  return <GiveFactor hasPasskey={passkeys.length > 0} hasTotp={totp} />;
}
