"use client";
import { KeyRound, Smartphone } from "lucide-react";
import { useState } from "react";
import { addPasskey, type RecoveryCodes } from "../../../../auth/add-factor.ts";
import { EnrolTotp } from "../../../../components/factors/enrol-totp.tsx";
import { ShowRecoveryCodes } from "../../../../components/factors/show-recovery-codes.tsx";
import { Button } from "../../../../components/ui/button.tsx";
import { useTRPCClient } from "../../../../trpc/api-provider.tsx";
import { FormAlert } from "../../form-alert.tsx";

/** The first second factor of an operator; it counts as given. */
export function EnrolFactor({
  email,
  passkeyOnly = false,
}: {
  email: string;
  passkeyOnly?: boolean;
}) {
  const api = useTRPCClient();
  const [way, setWay] = useState<"choose" | "totp">("choose");
  const [codes, setCodes] = useState<string[]>();
  const [says, setSays] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const go = (recoveryCodes: RecoveryCodes) => {
    if (recoveryCodes === null) window.location.assign("/");
    else setCodes(recoveryCodes);
  };
  const enrolPasskey = async () => {
    setBusy(true);
    setSays(undefined);
    try {
      go(await addPasskey(api, "First passkey"));
    } catch (error) {
      const isAborted = (error as Error).name === "NotAllowedError";
      setSays(isAborted ? "No passkey was made. Try again." : (error as Error).message);
    }
    setBusy(false);
  };
  if (codes !== undefined) {
    return <ShowRecoveryCodes codes={codes} onKept={() => window.location.assign("/")} />;
  }
  return (
    <div className="flex flex-col gap-4">
      <h1 className="text-lg font-semibold">Protect your account</h1>
      <p className="text-sm text-ink-soft">
        {passkeyOnly
          ? `Your role needs a passkey for ${email}.`
          : `A password is not enough here. Add a second factor for ${email}.`}
      </p>
      {way === "totp" ? (
        <EnrolTotp onAdded={go} />
      ) : (
        <>
          <FormAlert says={says} />
          <Button look="primary" disabled={isBusy} onClick={() => void enrolPasskey()}>
            <KeyRound aria-hidden /> {isBusy ? "Waiting for it …" : "Add a passkey"}
          </Button>
          {!passkeyOnly && (
            <Button onClick={() => setWay("totp")}>
              <Smartphone aria-hidden /> Use an authenticator app
            </Button>
          )}
        </>
      )}
    </div>
  );
}
