"use client";
import { startAuthentication } from "@simplewebauthn/browser";
import { KeyRound } from "lucide-react";
import { signIn } from "next-auth/react";
import { type FormEvent, useState } from "react";
import { Button } from "../../../../components/ui/button.tsx";
import { Field } from "../../../../components/ui/field.tsx";
import { Input } from "../../../../components/ui/input.tsx";
import { formText } from "../../../../form-text.ts";
import { apiErrorOf } from "../../../../trpc/api-error.ts";
import { useTRPCClient } from "../../../../trpc/api-provider.tsx";
import { FormAlert } from "../../form-alert.tsx";

type Way = "passkey" | "totp" | "recovery_code";

export function GiveFactor({ hasPasskey, hasTotp }: { hasPasskey: boolean; hasTotp: boolean }) {
  const api = useTRPCClient();
  const [way, setWay] = useState<Way>(hasPasskey ? "passkey" : "totp");
  const [says, setSays] = useState<string>();
  const [isBusy, setBusy] = useState(false);

  const pass = async (factor: object) => {
    const answer = await signIn("factor", { factor: JSON.stringify(factor), redirect: false });
    if (answer?.ok === true) window.location.assign("/");
    else setSays(answer?.error ?? "The console does not answer. Try again in a moment.");
  };
  const usePasskey = async () => {
    const { challengeId, options } = await api.session.requestPasskey.mutate();
    const response = await startAuthentication({
      optionsJSON: options,
    });
    await pass({ kind: "passkey", proof: { challengeId, response } });
  };
  const attempt = async (work: () => Promise<void>) => {
    setBusy(true);
    setSays(undefined);
    try {
      await work();
    } catch (error) {
      const isOurs = (error as Error).name === "TRPCClientError";
      setSays(isOurs ? apiErrorOf(error).message : "The passkey did not answer. Try again.");
    }
    setBusy(false);
  };
  const submitCode = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const code = formText(event.currentTarget, "code").trim();
    void attempt(() => pass({ kind: way, code }));
  };

  return (
    <div className="flex flex-col gap-4">
      <h1 className="text-lg font-semibold">Second step</h1>
      {way === "passkey" ? (
        <>
          <p className="text-sm text-ink-soft">
            Confirm with the passkey of this device, or with your security key.
          </p>
          <FormAlert says={says} />
          <Button look="primary" disabled={isBusy} onClick={() => void attempt(usePasskey)}>
            <KeyRound aria-hidden /> {isBusy ? "Waiting for it …" : "Use passkey"}
          </Button>
        </>
      ) : (
        <form onSubmit={submitCode} className="flex flex-col gap-4">
          <Field
            label={way === "totp" ? "Code of your authenticator app" : "Recovery code"}
            hint={way === "totp" ? "Six digits" : "Each works once."}
          >
            {(control) => (
              <Input
                key={way}
                {...control}
                name="code"
                required
                className="font-mono"
                {...(way === "totp"
                  ? { inputMode: "numeric", autoComplete: "one-time-code", pattern: "\\d{6}" }
                  : { autoComplete: "off", maxLength: 64 })}
              />
            )}
          </Field>
          <FormAlert says={says} />
          <Button type="submit" look="primary" disabled={isBusy}>
            {isBusy ? "Checking …" : "Continue"}
          </Button>
        </form>
      )}
      <div className="flex flex-wrap gap-1">
        {hasPasskey && way !== "passkey" && (
          <OtherWay onClick={() => setWay("passkey")}>Use a passkey</OtherWay>
        )}
        {hasTotp && way !== "totp" && (
          <OtherWay onClick={() => setWay("totp")}>Use a code</OtherWay>
        )}
        {way !== "recovery_code" && (
          <OtherWay onClick={() => setWay("recovery_code")}>Use a recovery code</OtherWay>
        )}
      </div>
    </div>
  );
}

function OtherWay({ onClick, children }: { onClick: () => void; children: string }) {
  return (
    <Button look="ghost" size="sm" onClick={onClick}>
      {children}
    </Button>
  );
}
