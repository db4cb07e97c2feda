import { startRegistration } from "@simplewebauthn/browser";
import type { useTRPCClient } from "../trpc/api-provider.tsx";

type Api = ReturnType<typeof useTRPCClient>;

/** Shown once; null if the operator had some already. */
export type RecoveryCodes = string[] | null;

/** Makes a passkey on this device or key. @throws Error with words for people */
export async function addPasskey(api: Api, label: string): Promise<RecoveryCodes> {
  const { challengeId, options } = await api.factor.beginPasskey.mutate();
  const response = await startRegistration({
    optionsJSON: options as unknown as Parameters<typeof startRegistration>[0]["optionsJSON"],
  });
  return finish({ kind: "passkey", challengeId, label, response });
}

/** Turns on the authenticator app whose code this is. @throws Error with words for people */
export function addTotp(code: string): Promise<RecoveryCodes> {
  return finish({ kind: "totp", code });
}

async function finish(given: object): Promise<RecoveryCodes> {
  const answer = await fetch("/api/factor", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(given),
  });
  const body = (await answer.json()) as { message?: string; recoveryCodes?: RecoveryCodes };
  if (!answer.ok) throw new Error(body.message ?? "The console does not answer. Try again.");
  return body.recoveryCodes ?? null;
}
